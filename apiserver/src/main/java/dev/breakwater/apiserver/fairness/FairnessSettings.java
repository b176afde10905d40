package dev.breakwater.apiserver.fairness;

import java.time.Duration;

/**
 * How much runs at once.
 *
 * @param controller user that our own controller is, with seats of its own
 * @param read seats of each level for single objects
 * @param list seats of each level for collections
 * @param write seats of each level for writes
 * @param watch places for watches, of all levels together: each takes memory whoever holds it
 * @param snapshot seats of each level for what watches begin with
 */
public record FairnessSettings(
        String controller, SeatPlan read, SeatPlan list, SeatPlan write, SeatPlan watch, SeatPlan snapshot) {
    /** As the manifests name it. */
    public static final String CONTROLLER = controllerIn("breakwater");

    /**
     * More reads at once than processors answer none of them sooner; writes share a commit.
     *
     * @param processors that the process may use
     * @param mostWatches that there is memory for
     */
    public static FairnessSettings of(String controller, int processors, int mostWatches) {
        int cores = Math.max(2, processors);
        int watches = Math.clamp(mostWatches, 1_000, 100_000);
        Duration soon = Duration.ofSeconds(5);
        return new FairnessSettings(
                controller,
                new SeatPlan(8 * cores, 2 * cores, 256, 1024, soon),
                // A list keeps its seat while its reader takes it, and a slow one takes half a minute: what bounds the
                // CPU of
                // lists are their turns of some milliseconds, and their memory has a budget of its own.
                new SeatPlan(16 * cores, 8 * cores, 128, 256, Duration.ofSeconds(15)),
                new SeatPlan(24, 16, 128, 256, soon),
                // Held, not waited for: nobody knows when another one ends.
                new SeatPlan(watches, watches - watches / 32, 0, 0, Duration.ZERO),
                new SeatPlan(16 * cores, 8 * cores, watches, watches, Duration.ofSeconds(30)));
    }

    /** The user that our controller is when it is installed in a namespace. */
    public static String controllerIn(String namespace) {
        return "system:serviceaccount:" + namespace + ":breakwater-controller";
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
