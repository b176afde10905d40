package dev.breakwater.controller.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object as checks see it: its pod templates, and its containers with the security context that takes effect.
 *
 * @param name absent only when the object has none and stand-in names are not wanted: findings that name the resource then disappear
 * @param pods the object itself for a Pod, else its pod template; none for kinds without
 * @param containers containers, init containers and, where they are wanted, ephemeral ones; a container's {@code securityContext} is the effective one and always there
 */
record Subject(
        Map<String, Object> object,
        String kind,
        @Nullable String name,
        String namespace,
        List<Map<String, Object>> pods,
        List<PodContainer> containers) {

    /**
     * A container and the pod template it stands in.
     *
     * @param ephemeral whether it was put into the running pod, as {@code kubectl debug} does
     */
    record PodContainer(Map<String, Object> pod, Map<String, Object> container, boolean ephemeral) {}

    /**
     * What is looked at beyond what the original looks at.
     *
     * @param standInNames resources and containers without a name get one, so that findings about them are reported
     * @param ephemeralContainers those of Pods are judged like any other
     * @param anyPodTemplate objects of kinds that nobody has heard of are judged by the pod template they hold
     */
    record Reach(boolean standInNames, boolean ephemeralContainers, boolean anyPodTemplate) {}

    private static final String EPHEMERAL = "ephemeralContainers";

    /** The pod-level fields that containers inherit; fsGroup, supplementalGroups and sysctls are the pod's alone. */
    private static final List<String> INHERITED =
            List.of("runAsUser", "runAsGroup", "runAsNonRoot", "seLinuxOptions", "seccompProfile", "windowsOptions");

    /** @param raw the object as parsed; not changed */
    static Subject of(Map<?, ?> raw, Reach reach) {
        Map<String, Object> object = Trees.copy(raw);
        String kind = object.get("kind") instanceof String text ? text : "";
        Map<String, Object> metadata = Trees.map(object.get("metadata"));
        Object given = metadata.get("name");
        String name = given == null ? null : given.toString();
        if (name == null && reach.standInNames()) {
            name = metadata.get("generateName") instanceof String prefix ? prefix + "*" : "(unnamed)";
        }
        String namespace = metadata.get("namespace") instanceof String text ? text : "default";

        List<Map<String, Object>> pods = podTemplates(object, kind, reach.anyPodTemplate());
        List<PodContainer> containers = new ArrayList<>();
        for (Map<String, Object> pod : pods) {
            containers.addAll(containersOf(pod, reach));
        }
        if (!kind.equalsIgnoreCase("pod")) {
            // Any object with spec.containers is judged by them, whatever its kind is called.
            containers.addAll(containersOf(object, reach));
        }
        return new Subject(object, kind, name, namespace, pods, List.copyOf(containers));
    }

    /** Containers by the name of the program they start: the first word of their command, without its directory. For a node, its own programs. */
    Map<String, Object> programs() {
        if (kind.equals("NodeInfo")) {
            return NodePrograms.of(object);
        }
        Map<String, List<Object>> programs = new LinkedHashMap<>();
        for (PodContainer container : containers) {
            if (container.container().get("command") instanceof List<?> command
                    && !command.isEmpty()
                    && command.getFirst() instanceof String path) {
                programs.computeIfAbsent(path.substring(path.lastIndexOf('/') + 1), ignored -> new ArrayList<>())
                        .add(container.container());
            }
        }
        return Map.copyOf(programs);
    }

    private static List<Map<String, Object>> podTemplates(
            Map<String, Object> object, String kind, boolean anyPodTemplate) {
        Map<String, Object> spec = Trees.map(object.get("spec"));
        Object template = switch (kind.toLowerCase(Locale.ROOT)) {
            case "pod" -> object;
            case "deployment", "statefulset", "daemonset", "replicaset", "replicationcontroller", "job" ->
                spec.get("template");
            case "deploymentconfig" ->
                "apps.openshift.io/v1".equals(object.get("apiVersion")) ? spec.get("template") : null;
            case "cronjob" ->
                Trees.map(Trees.map(spec.get("jobTemplate")).get("spec")).get("template");
            default -> anyPodTemplate ? PodTemplates.in(object) : null;
        };
        return template instanceof Map<?, ?> ? List.of(Trees.map(template)) : List.of();
    }

    private static List<PodContainer> containersOf(Map<String, Object> pod, Reach reach) {
        Map<String, Object> spec = Trees.map(pod.get("spec"));
        Map<String, Object> inherited = new LinkedHashMap<>(Trees.map(spec.get("securityContext")));
        inherited.keySet().retainAll(INHERITED);
        List<PodContainer> found = new ArrayList<>();
        for (String list : List.of("containers", "initContainers", EPHEMERAL)) {
            boolean ephemeral = list.equals(EPHEMERAL);
            if (ephemeral && !reach.ephemeralContainers()) {
                continue;
            }
            if (!(spec.get(list) instanceof List<?> declared)) {
                continue;
            }
            for (int i = 0; i < declared.size(); i++) {
                if (declared.get(i) instanceof Map<?, ?> given) {
                    Map<String, Object> container = new LinkedHashMap<>(Trees.map(given));
                    container.put(
                            "securityContext", Trees.overlay(inherited, Trees.map(container.get("securityContext"))));
                    if (reach.standInNames()) {
                        container.putIfAbsent("name", list + "[" + i + "]");
                    }
                    // A name that looks like a number in a manifest is still a name.
                    container.computeIfPresent("name", (key, name) -> name.toString());
                    found.add(new PodContainer(pod, container, ephemeral));
                }
            }
        }
        return found;
    }
}
