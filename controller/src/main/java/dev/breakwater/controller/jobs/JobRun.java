package dev.breakwater.controller.jobs;

/** How a Job ended. */
public sealed interface JobRun<T> {
    /** Well; what its log said. */
    record Finished<T>(T result) implements JobRun<T> {}

    /** @param message for an operator: what happened and what can be done */
    record Failed<T>(Reason reason, String message) implements JobRun<T> {}

    /** Why there is no result. */
    enum Reason {
        /** The API server did not take it. */
        REFUSED("JobRefused"),
        /** Somebody deleted it before it ended. */
        DELETED("JobDeleted"),
        /** The program ended with an error. */
        FAILED("JobFailed"),
        /** Its pod cannot begin: image, volumes or node. */
        NOT_STARTED("PodNotStarted"),
        OVERDUE("DeadlineExceeded"),
        /** It ended well, and its log cannot be had. */
        NO_LOG("LogUnavailable");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** One CamelCase word. */
        public String word() {
            return word;
        }
    }
}
