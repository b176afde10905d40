package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.ImageId;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.image.PullReferences;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.naming.TopOwner;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The containers of a workload's pods, the youngest pod being added first: which run what, and of which nobody knows. */
final class PodContainers {
    private final WorkloadRef workload;
    private final TopOwner top;
    private final String specHash;
    private final KnownDigests digests;
    private final Map<String, RunningContainer> running = new LinkedHashMap<>();
    private final Map<Key, UnidentifiedContainer> unidentified = new LinkedHashMap<>();

    private record Key(String container, String image) {}

    PodContainers(WorkloadRef workload, TopOwner top, String specHash, KnownDigests digests) {
        this.workload = workload;
        this.top = top;
        this.specHash = specHash;
        this.digests = digests;
    }

    void add(PodView pod, PodSpecView spec, Platform platform) {
        PullIdentity pulledBy = pulledBy(spec);
        for (PodSpecView.Container container : spec.containers()) {
            String imageId = pod.imageId(container.name());
            ImageId id = ImageId.parse(imageId);
            UnidentifiedContainer asked = describe(pod, spec, container, imageId, platform);
            Optional<String> digest = ImageId.digest(id, container.image()).or(() -> digests.get(asked.question()));
            if (digest.isPresent()) {
                running.putIfAbsent(
                        container.name(),
                        new RunningContainer(
                                workload,
                                top,
                                specHash,
                                container.name(),
                                container.image(),
                                new RunningImage(digest.get(), platform),
                                PullReferences.of(container.image(), id, digest.get()),
                                pulledBy));
            } else if (pod.isOpen() || !imageId.isEmpty()) {
                unidentified.putIfAbsent(new Key(container.name(), container.image()), asked);
            }
        }
    }

    List<RunningContainer> running() {
        return List.copyOf(running.values());
    }

    /** Without those whose image another pod of the workload runs in the same container: the next node will pull it too. */
    List<UnidentifiedContainer> unidentified() {
        return unidentified.values().stream()
                .filter(container -> {
                    RunningContainer known = running.get(container.container());
                    return known == null || !known.image().equals(container.image());
                })
                .toList();
    }

    private UnidentifiedContainer describe(
            PodView pod, PodSpecView spec, PodSpecView.Container container, String imageId, Platform platform) {
        PodView.Waiting waiting = pod.waiting(container.name());
        String reason = waiting == null || waiting.reason() == null ? "" : waiting.reason();
        String words = waiting == null || waiting.message() == null ? "" : waiting.message();
        // Whoever says why a container waits is a node's, even where nobody has put the pod there.
        boolean scheduled = !spec.nodeName().isEmpty() || !reason.isEmpty();
        return new UnidentifiedContainer(
                workload,
                container.field(),
                container.name(),
                container.image(),
                imageId,
                platform,
                reason,
                scheduled ? words : pod.unschedulable(),
                scheduled,
                created(pod),
                pulledBy(spec));
    }

    private PullIdentity pulledBy(PodSpecView spec) {
        return new PullIdentity(workload.namespace(), spec.pullSecrets(), spec.serviceAccount());
    }

    private static Instant created(PodView pod) {
        String created = pod.meta().creationTimestamp();
        try {
            return created == null ? Instant.EPOCH : Instant.parse(created);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
