package dev.breakwater.apiserver.fairness;

import java.time.Duration;

/**
 * How much runs at once.
 *
 * @param controller user that our own controller is, with seats of its own
 * @param read seats of each level for single objects
 * @param list seats of each level for collections
 * @param write seats of each level for writes
 * @param watch places of each level for watches
 * @param snapshot seats of each level for what watches begin with
 */
public record FairnessSettings(
        String controller, SeatPlan read, SeatPlan list, SeatPlan write, SeatPlan watch, SeatPlan snapshot) {
    /** As the manifests name it. */
    public static final String CONTROLLER = "system:serviceaccount:breakwater:breakwater-controller";

    /**
     * Those of a container of 320 MiB. More reads or lists at once than processors answer none of them sooner; writes share a commit.
     *
     * @param processors that the process may use
     */
    public static FairnessSettings of(String controller, int processors) {
        int cores = Math.max(2, processors);
        Duration soon = Duration.ofSeconds(5);
        return new FairnessSettings(
                controller,
                new SeatPlan(8 * cores, 2 * cores, 256, 1024, soon),
                new SeatPlan(2 * cores, cores, 128, 256, Duration.ofSeconds(15)),
                new SeatPlan(24, 16, 128, 256, soon),
                // Held, not waited for: nobody knows when another one ends.
                new SeatPlan(12_000, 10_500, 0, 0, Duration.ZERO),
                new SeatPlan(2 * cores, cores, 10_500, 12_000, Duration.ofSeconds(30)));
    }

    SeatPlan plan(Work work) {
        return switch (work) {
            case READ -> read;
            case LIST -> list;
            case WRITE -> write;
            case WATCH -> watch;
            case SNAPSHOT -> snapshot;
        };
    }
}
