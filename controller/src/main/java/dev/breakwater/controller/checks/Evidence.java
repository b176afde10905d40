package dev.breakwater.controller.checks;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a check of the infrastructure has to see before its silence means anything: the arguments of a program, a file of a node, the settings of a kubelet.
 * A check of etcd's arguments finds nothing on the pod of the scheduler, and one of the API server's manifest nothing on a worker; neither is a pass.
 */
public sealed interface Evidence {
    /** Arguments of a program of the control plane. */
    record Arguments(String program) implements Evidence {}

    /**
     * A file of a node.
     *
     * @param fact that tells its mode or its owner
     * @param what it is, as a sentence begins: {@code The manifest of the API server}
     */
    record NodeFile(String fact, String what, List<?> nodeTypes) implements Evidence {}

    /** A setting of the kubelet. */
    record KubeletSetting(String fact, List<?> nodeTypes) implements Evidence {}

    /** Fact: the programs that were seen on the node. */
    String PROGRAMS = "programs";
    /** Fact: there when the kubelet's configuration was read, from its file or from itself. */
    String KUBELET_CONFIGURATION = "kubeletConfiguration";
    /** A kube-proxy that takes its credentials from a ConfigMap has no such file, which is as good as one that is closed. */
    String PROXY_KUBECONFIG = "kubeconfigFileExists";

    /** Of a check; empty for checks that look at the object itself. */
    static Optional<Evidence> of(CheckDefinition check) {
        Map<String, Object> params = check.params();
        if (!check.builtIn()) {
            return Optional.empty();
        }
        if (params.get("component") instanceof String program) {
            return Optional.of(new Arguments(program));
        }
        if (params.get("key") instanceof String fact && params.get("nodes") instanceof List<?> types) {
            boolean file = params.containsKey("limit") || params.containsKey("owner");
            return Optional.of(
                    file
                            ? new NodeFile(fact, String.valueOf(params.get("what")), types)
                            : new KubeletSetting(fact, types));
        }
        return Optional.empty();
    }

    /** Canonical ids, in the order of the checks, of those that apply to the object and do not see in it what they look at. */
    static List<String> missing(CheckSet checks, Map<?, ?> object) {
        Map<String, Object> tree = Trees.copy(object);
        Subject subject = Subject.of(tree, new Subject.Reach(false, false, false));
        return checks.checks().stream()
                .filter(check -> check.appliesTo(subject.kind()))
                .filter(check ->
                        of(check).filter(evidence -> !evidence.isIn(subject)).isPresent())
                .map(CheckDefinition::id)
                .toList();
    }

    /** Whether the subject shows it. */
    private boolean isIn(Subject subject) {
        Map<String, Object> info = Trees.map(subject.object().get("info"));
        Object type = subject.object().getOrDefault("type", "");
        return switch (this) {
            case Arguments(String program) -> subject.programs().containsKey(program);
            case NodeFile(String fact, String _, List<?> types) ->
                types.contains(type)
                        && (info.containsKey(fact) || (fact.startsWith(PROXY_KUBECONFIG) && ran(info, "kube-proxy")));
            case KubeletSetting(String fact, List<?> types) ->
                types.contains(type)
                        && (info.containsKey(fact) || info.containsKey(KUBELET_CONFIGURATION) || ran(info, "kubelet"));
        };
    }

    private static boolean ran(Map<String, Object> info, String program) {
        return Trees.map(info.get(PROGRAMS)).get("values") instanceof List<?> programs && programs.contains(program);
    }
}
