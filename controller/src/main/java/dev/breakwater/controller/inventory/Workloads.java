package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.RunningImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The workloads as last computed, findable by uid and by the image that a container runs.
 *
 * <p>Threading: one lock; every method is short and may be called from any thread.
 */
final class Workloads {
    private final Map<String, Workload> byUid = new HashMap<>();
    private final Map<RunningImage, Set<String>> uidsByImage = new HashMap<>();

    /** Replaces what is known of a workload; returns the images it runs now or ran until now. */
    synchronized Set<RunningImage> put(Workload workload) {
        Set<RunningImage> touched = remove(workload.ref().uid());
        byUid.put(workload.ref().uid(), workload);
        for (RunningContainer container : workload.running()) {
            touched.add(container.running());
            uidsByImage
                    .computeIfAbsent(container.running(), image -> new LinkedHashSet<>())
                    .add(workload.ref().uid());
        }
        return touched;
    }

    synchronized Set<RunningImage> remove(String uid) {
        Set<RunningImage> touched = new HashSet<>();
        Workload gone = byUid.remove(uid);
        if (gone != null) {
            for (RunningContainer container : gone.running()) {
                touched.add(container.running());
                Set<String> uids = uidsByImage.get(container.running());
                if (uids != null && uids.remove(uid) && uids.isEmpty()) {
                    uidsByImage.remove(container.running());
                }
            }
        }
        return touched;
    }

    synchronized Optional<Workload> find(String uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    synchronized List<RunningContainer> running(RunningImage image) {
        List<RunningContainer> containers = new ArrayList<>();
        for (String uid : uidsByImage.getOrDefault(image, Set.of())) {
            Workload workload = byUid.get(uid);
            if (workload != null) {
                for (RunningContainer container : workload.running()) {
                    if (container.running().equals(image)) {
                        containers.add(container);
                    }
                }
            }
        }
        return containers;
    }

    synchronized Set<RunningImage> images() {
        return Set.copyOf(uidsByImage.keySet());
    }
}
