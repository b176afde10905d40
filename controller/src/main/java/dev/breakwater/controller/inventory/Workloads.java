package dev.breakwater.controller.inventory;

import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.naming.ReportNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Map<String, Set<String>> uidsByReport = new HashMap<>();

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
        for (String container : workload.containers()) {
            uidsByReport
                    .computeIfAbsent(report(workload.ref(), container), report -> new LinkedHashSet<>(2))
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
                remove(uidsByImage, container.running(), uid);
            }
            gone.containers().forEach(container -> remove(uidsByReport, report(gone.ref(), container), uid));
        }
        return touched;
    }

    /** Workloads with a container whose reports are usually called so. */
    synchronized List<Workload> claimants(String namespace, String report) {
        return uidsByReport.getOrDefault(namespace + "/" + report, Set.of()).stream()
                .map(byUid::get)
                .filter(Objects::nonNull)
                .toList();
    }

    private static String report(WorkloadRef workload, String container) {
        return workload.namespace() + "/"
                + ReportNames.ofContainer(workload.kind().resource().kind(), workload.name(), container);
    }

    private static <K> void remove(Map<K, Set<String>> index, K key, String uid) {
        Set<String> uids = index.get(key);
        if (uids != null && uids.remove(uid) && uids.isEmpty()) {
            index.remove(key);
        }
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
