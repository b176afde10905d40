package dev.breakwater.controller.scan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides from a Job and its pods whether the scan is over, and how. */
sealed interface JobEnd {
    /** The scanner ended well; its log is in this pod. */
    record Finished(String pod) implements JobEnd {}

    record Failed(ScanFailure failure) implements JobEnd {}

    /** Waiting reasons of the kubelet that do not pass by waiting. {@code ErrImagePull} is not one: it is tried again at once. */
    Set<String> IMAGE_STUCK = Set.of("ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull");

    Set<String> POD_STUCK = Set.of("CreateContainerConfigError", "CreateContainerError", "RunContainerError");

    /** Empty while the Job runs. */
    static Optional<JobEnd> of(JobView job, List<ScanPodView> pods) {
        JobView.Condition end = job.end();
        if (end == null) {
            return pods.stream().flatMap(pod -> stuck(pod).stream()).findFirst().map(Failed::new);
        }
        if ("Complete".equals(end.type())) {
            for (ScanPodView pod : pods) {
                ScanPodView.Terminated terminated = pod.terminated();
                if (terminated != null && Integer.valueOf(0).equals(terminated.exitCode())) {
                    return Optional.of(new Finished(pod.name()));
                }
            }
            return Optional.of(new Failed(new ScanFailure(
                    FailureReason.LOG_UNAVAILABLE, "the Job is complete and its pod is gone, and the log with it")));
        }
        return Optional.of(new Failed(explain(end, pods)));
    }

    private static ScanFailure explain(JobView.Condition end, List<ScanPodView> pods) {
        boolean deadline = "DeadlineExceeded".equals(end.reason());
        for (ScanPodView pod : pods) {
            Optional<ScanFailure> stuck = stuck(pod);
            if (stuck.isPresent()) {
                return stuck.get();
            }
            if (pod.isEvicted()) {
                return new ScanFailure(FailureReason.EVICTED, "the node had no room left for the scan");
            }
            ScanPodView.Terminated terminated = pod.terminated();
            if (terminated != null && "OOMKilled".equals(terminated.reason())) {
                return new ScanFailure(
                        FailureReason.OUT_OF_MEMORY,
                        "the scan needed more memory than its limit (jobs.limits); raise it for images like this one");
            }
            if (terminated != null && !deadline) {
                return ScannerWords.explain(orEmpty(terminated.message()));
            }
            String unschedulable = pod.unschedulable();
            if (unschedulable != null) {
                return new ScanFailure(FailureReason.POD_NOT_STARTED, unschedulable);
            }
        }
        return deadline
                ? new ScanFailure(
                        FailureReason.DEADLINE_EXCEEDED, "the Job did not end within its deadline (jobs.deadline)")
                : new ScanFailure(FailureReason.SCANNER_FAILED, orEmpty(end.message()));
    }

    private static Optional<ScanFailure> stuck(ScanPodView pod) {
        ScanPodView.Waiting waiting = pod.waiting();
        if (waiting == null || waiting.reason() == null) {
            return Optional.empty();
        }
        if (IMAGE_STUCK.contains(waiting.reason())) {
            return Optional.of(new ScanFailure(
                    FailureReason.SCANNER_IMAGE_UNAVAILABLE,
                    "the scanner's own image (scanner.image) cannot be pulled: " + orEmpty(waiting.message())));
        }
        if (POD_STUCK.contains(waiting.reason())) {
            return Optional.of(new ScanFailure(
                    FailureReason.POD_NOT_STARTED, waiting.reason() + ": " + orEmpty(waiting.message())));
        }
        return Optional.empty();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
