package dev.breakwater.bench.side;

import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.workload.Workload;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who the benchmark is: a service account that may do everything with the reports of the cluster and nothing else, so that
 * authentication and authorisation cost what they cost everybody.
 *
 * @param endpoint of kube-apiserver with the account's token
 */
public record Tenant(Endpoint endpoint) {
    private static final String NAMESPACE = "breakwater-bench";
    private static final String ACCOUNT = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: bench, namespace: breakwater-bench}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: breakwater-bench}
            rules:
            - apiGroups: [aquasecurity.github.io, crd.breakwater.dev]
              resources: ['*']
              verbs: ['*']
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: breakwater-bench}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: breakwater-bench}
            subjects:
            - {kind: ServiceAccount, name: bench, namespace: breakwater-bench}
            """;

    /** Creates the account and the namespaces of the workloads. */
    public static Tenant create(Cluster cluster, Workload... workloads) {
        String namespaces = Stream.concat(
                        Stream.of(NAMESPACE), Stream.of(workloads).flatMap(workload -> workload.namespaces().stream()))
                .map("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n"::formatted)
                .collect(Collectors.joining("---\n"));
        cluster.apply(namespaces);
        cluster.apply(ACCOUNT);
        String token = cluster.kubectl("", "create", "token", "bench", "-n", NAMESPACE, "--duration", "12h")
                .strip();
        return new Tenant(Endpoint.trusting(cluster.server(), cluster.authority(), token));
    }
}
