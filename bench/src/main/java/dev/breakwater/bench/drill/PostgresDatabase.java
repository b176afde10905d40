package dev.breakwater.bench.drill;

import java.util.function.Consumer;

/** A PostgreSQL of the drill's own. */
final class PostgresDatabase implements Database {
    private PostgresDatabase() {}

    static PostgresDatabase start(Consumer<String> progress) {
        throw new IllegalStateException("not yet");
    }

    @Override
    public String url() {
        return "";
    }

    @Override
    public void renew() {}

    @Override
    public void close() {}
}
