package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.PullIdentity;
import java.time.Instant;

/**
 * A container of which nobody knows yet what it runs: no node has pulled its image, or the node names it in a way that no registry understands.
 *
 * @param field of the pod spec that lists it, such as {@code initContainers}
 * @param image as the pod names it
 * @param imageId as the node reports it; empty where it has not pulled the image
 * @param waiting the kubelet's reason, such as {@code ErrImagePull}; empty where it gives none
 * @param words the kubelet's, or the scheduler's where no node takes the pod
 * @param scheduled whether a node has the pod
 * @param since when the pod was made
 * @param pulledBy whose credentials lead to the image
 */
public record UnidentifiedContainer(
        WorkloadRef workload,
        String field,
        String container,
        String image,
        String imageId,
        Platform platform,
        String waiting,
        String words,
        boolean scheduled,
        Instant since,
        PullIdentity pulledBy) {
    /** What a registry has to be asked. */
    public KnownDigests.Question question() {
        return new KnownDigests.Question(image, imageId, platform);
    }
}
