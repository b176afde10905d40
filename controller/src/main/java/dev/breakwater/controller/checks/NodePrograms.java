package dev.breakwater.controller.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of a control plane that run on a node outside of any pod: a collector reads their arguments from the processes, and checks see them as if they
 * were containers.
 */
public final class NodePrograms {
    /** By program, the name of the fact that holds its arguments, each as {@code --flag=value}. */
    private static final Map<String, String> ARGUMENTS = Map.of(
            "kube-apiserver", "kubeApiserverArguments",
            "kube-controller-manager", "kubeControllerManagerArguments",
            "kube-scheduler", "kubeSchedulerArguments",
            "etcd", "etcdArguments");

    private NodePrograms() {}

    /** The fact that holds the arguments of a program of the control plane. */
    public static String argumentsOf(String program) {
        String fact = ARGUMENTS.get(program);
        if (fact == null) {
            throw new IllegalArgumentException(program + " is no program of the control plane");
        }
        return fact;
    }

    /** As {@link Subject#programs}, of a node's facts. */
    static Map<String, Object> of(Map<String, Object> nodeInfo) {
        Map<String, Object> info = Trees.map(nodeInfo.get("info"));
        Map<String, Object> programs = new LinkedHashMap<>();
        ARGUMENTS.forEach((program, fact) -> {
            if (Trees.map(info.get(fact)).get("values") instanceof List<?> arguments) {
                List<Object> command = new ArrayList<>(List.of(program));
                command.addAll(arguments);
                programs.put(program, List.of(Map.of("name", program, "command", command)));
            }
        });
        return programs;
    }
}
