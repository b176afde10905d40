package dev.breakwater.controller.scan;

/**
 * A scan that did not happen.
 *
 * @param message one sentence or the scanner's own last words, for people; never a workload's or namespace's name
 */
public record ScanFailure(FailureReason reason, String message) {}
