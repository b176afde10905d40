package dev.breakwater.controller.scan;

import java.util.regex.Pattern;

/**
 * A scan that did not happen.
 *
 * @param message one sentence or the scanner's own last words, for people; never a workload's or namespace's name
 */
public record ScanFailure(FailureReason reason, String message) {
    private static final Pattern SERVER_ERROR = Pattern.compile("status code 5[0-9]{2}");

    /** Whether it is the image's registry that is in trouble, or wants to be left alone, and not the image. */
    public boolean isOfRegistry() {
        return reason == FailureReason.RATE_LIMITED
                || (reason == FailureReason.REGISTRY_UNAVAILABLE
                        && SERVER_ERROR.matcher(message).find());
    }
}
