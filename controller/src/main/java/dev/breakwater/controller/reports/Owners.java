package dev.breakwater.controller.reports;

/** Which workloads live: a report of one that does is never given to another. */
public interface Owners {
    /** For writing where nothing else writes. */
    Owners NONE = new Owners() {
        @Override
        public boolean live(String kind, String uid) {
            return false;
        }

        @Override
        public boolean runs(String uid, String container) {
            return false;
        }
    };

    /** Whether the workload is there; also true for a kind that is not known, of which nobody can say that it is gone. */
    boolean live(String kind, String uid);

    /** Whether the workload has the container. */
    boolean runs(String uid, String container);
}
