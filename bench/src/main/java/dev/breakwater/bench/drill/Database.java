package dev.breakwater.bench.drill;

/** Where the drilled server keeps its reports. */
interface Database extends AutoCloseable {
    /** Of PostgreSQL; empty for SQLite in the folder of the server. */
    String url();

    /** Empties it. */
    void renew();

    @Override
    void close();

    /** SQLite: nothing beside the folder. */
    static Database sqlite() {
        return new Database() {
            @Override
            public String url() {
                return "";
            }

            @Override
            public void renew() {}

            @Override
            public void close() {}
        };
    }
}
