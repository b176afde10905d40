package dev.breakwater.apiserver.health;

/** One thing that must be well. */
public interface HealthCheck {
    /** In lower case with hyphens; part of the path of the check. */
    String name();

    /**
     * Returns when it is well.
     *
     * @throws Exception when it is not; the message goes to the log, not to the client
     */
    void check() throws Exception;

    static HealthCheck of(String name, Probe probe) {
        return new HealthCheck() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void check() throws Exception {
                probe.run();
            }
        };
    }

    @FunctionalInterface
    interface Probe {
        void run() throws Exception;
    }
}
