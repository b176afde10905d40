package dev.breakwater.controller.coverage;

import dev.breakwater.controller.inventory.UnidentifiedContainer;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.ScanFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** Decides from a pod's state whether it is to be said that nothing of a container's image can be scanned, and why. */
sealed interface PodTrouble {
    /**
     * Said at once.
     *
     * @param failure for everybody: without what else the kubelet says, which may name what is a namespace's own
     * @param words for the workload's own people
     */
    record Known(ScanFailure failure, String words) implements PodTrouble {}

    /** A pod that has just been made may still get its image; to be looked at again. */
    record NotYet(Duration again) implements PodTrouble {}

    /** How long a pod may take to have its images before it is said that it has not. */
    Duration PATIENCE = Duration.ofMinutes(2);

    /** Reasons of the kubelet for an image that it could not get; each of them may be followed by another in a moment. */
    Set<String> NOT_PULLED = Set.of(
            "ErrImagePull",
            "ImagePullBackOff",
            "ErrImageNeverPull",
            "ImageInspectError",
            "RegistryUnavailable",
            "SignatureValidationFailed");

    static PodTrouble of(UnidentifiedContainer container, Instant now) {
        String words = container.words();
        if (NOT_PULLED.contains(container.waiting())) {
            String why = "no node could pull it" + (words.isEmpty() ? " (" + container.waiting() + ")" : ": " + words);
            return new Known(new ScanFailure(FailureReason.IMAGE_NOT_PULLED, why), why);
        }
        if (container.waiting().equals("InvalidImageName")) {
            String why = "it has no name that a registry knows" + (words.isEmpty() ? "" : ": " + words);
            return new Known(new ScanFailure(FailureReason.INVALID_IMAGE_NAME, why), why);
        }
        Duration age = Duration.between(container.since(), now);
        if (age.compareTo(PATIENCE) < 0) {
            return new NotYet(PATIENCE.minus(age));
        }
        String why = container.scheduled()
                ? "no node has pulled it for more than " + PATIENCE.toMinutes() + " minutes"
                        + (container.waiting().isEmpty() ? "" : " (" + container.waiting() + ")")
                : "no node takes the pod for more than " + PATIENCE.toMinutes() + " minutes";
        return new Known(new ScanFailure(FailureReason.NOT_STARTED, why), words.isEmpty() ? why : why + ": " + words);
    }
}
