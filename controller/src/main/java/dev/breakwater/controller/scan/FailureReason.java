package dev.breakwater.controller.scan;

/** Why an image is not scanned: one word for programs and columns, and whether trying again can help. */
public enum FailureReason {
    /** The registry refuses to hand out the image to the scanner. */
    PULL_DENIED("PullDenied", true),
    /** The registry does not know the image any more. */
    MANIFEST_UNKNOWN("ManifestUnknown", true),
    /** The registry could not be reached or answered nonsense. */
    REGISTRY_UNAVAILABLE("RegistryUnavailable", true),
    RATE_LIMITED("RateLimited", true),
    /** What the scanner is given to show to registries cannot be read, or needs a program that is not there. */
    CREDENTIALS_UNUSABLE("CredentialsUnusable", true),
    /** A setting of the scanner names what is not there, or what it does not know. */
    SCANNER_MISCONFIGURED("ScannerMisconfigured", true),
    /** The image has no content for this operating system. */
    UNSUPPORTED_PLATFORM("UnsupportedPlatform", false),
    WINDOWS_IMAGE("WindowsImage", false),
    DATABASE_UNAVAILABLE("DatabaseUnavailable", true),
    SERVER_UNAVAILABLE("ScannerServerUnavailable", true),
    /** The scanner's own time limit for one image. */
    TIMED_OUT("TimedOut", true),
    DEADLINE_EXCEEDED("DeadlineExceeded", true),
    OUT_OF_MEMORY("OutOfMemory", true),
    /** The scanner's image, not the scanned one, cannot be pulled. */
    SCANNER_IMAGE_UNAVAILABLE("ScannerImageUnavailable", true),
    /** The pod never ran: no node for it, no permission, no quota. */
    POD_NOT_STARTED("PodNotStarted", true),
    EVICTED("Evicted", true),
    JOB_DELETED("JobDeleted", true),
    JOB_REFUSED("JobRefused", true),
    /** The log ends before the result does. */
    OUTPUT_CUT("OutputCut", true),
    OUTPUT_EMPTY("OutputEmpty", true),
    /** Length or checksum of the result is not what the scanner said. */
    OUTPUT_DAMAGED("OutputDamaged", true),
    OUTPUT_NOT_JSON("OutputNotJSON", true),
    OUTPUT_TOO_LARGE("OutputTooLarge", true),
    LOG_UNAVAILABLE("LogUnavailable", true),
    /** The API server does not take the reports. */
    REPORT_REFUSED("ReportRefused", true),
    SCANNER_FAILED("ScannerFailed", true),
    /** No node has pulled the image, and the kubelet says why. */
    IMAGE_NOT_PULLED("ImageNotPulled", true),
    INVALID_IMAGE_NAME("InvalidImageName", true),
    /** No node has pulled the image yet, for minutes. */
    NOT_STARTED("NotStarted", true),
    /** The node names the image in a way that no registry understands, and the registry does not help. */
    DIGEST_UNKNOWN("DigestUnknown", true);

    private final String word;
    private final boolean retried;

    FailureReason(String word, boolean retried) {
        this.word = word;
        this.retried = retried;
    }

    /** As it stands in {@code status.reason}. */
    public String word() {
        return word;
    }

    /** Whether another repository that holds the same digest may do what this one did not. */
    public boolean isOfRepository() {
        return this == PULL_DENIED || this == MANIFEST_UNKNOWN || this == REGISTRY_UNAVAILABLE;
    }

    /** Whether the same attempt may end otherwise another time. */
    public boolean isRetried() {
        return retried;
    }
}
