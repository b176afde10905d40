package dev.breakwater.controller.imagescan;

/** {@code status.phase} of an ImageScan. */
public enum Phase {
    /** Waits for its turn. */
    PENDING("Pending"),
    /** Has a Job. */
    RUNNING("Running"),
    SUCCEEDED("Succeeded"),
    /** Will be tried again at {@code status.nextTry}. */
    FAILED("Failed"),
    /** Cannot be scanned and is not tried again. */
    UNSUPPORTED("Unsupported");

    private final String word;

    Phase(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
