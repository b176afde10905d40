package dev.breakwater.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * Makes a server of this machine part of a cluster's API: a Service that leads to it, and an APIService for each group.
 *
 * <p>Kube-apiserver expects the server's certificate to be for {@link #hostName()} and signed by the given authority.
 */
public final class AggregatedServer implements AutoCloseable {
    private final Kubectl kubectl;
    private final String namespace;
    private final List<GroupVersion> groups;

    /** An API group in one version, such as {@code breakwater.dev/v1alpha1}. */
    public record GroupVersion(String group, String version) {
        /** Name of its APIService. */
        String apiService() {
            return version + "." + group;
        }
    }

    private AggregatedServer(Kubectl kubectl, String namespace, List<GroupVersion> groups) {
        this.kubectl = kubectl;
        this.namespace = namespace;
        this.groups = groups;
    }

    /** The name that the certificate of a server in this namespace must carry (SAN). */
    public static String hostName(String namespace) {
        return "breakwater." + namespace + ".svc";
    }

    /**
     * Registers a server that listens on {@code port} of the cluster's {@linkplain Cluster#hostAddress() host address}
     * and returns when every group is available.
     *
     * @param namespace where the Service goes; it must exist
     * @param authority certificate, in PEM, that signed the server's
     * @throws AssertionError where a group is not available after a minute, with kube-apiserver's reason
     */
    public static AggregatedServer register(
            Cluster cluster, String namespace, int port, String authority, List<GroupVersion> groups) {
        String address = cluster.hostAddress()
                .orElseThrow(() -> Requirement.CLUSTER.missing("this cluster does not reach servers of this machine; "
                        + NamedCluster.HOST_ADDRESS + " says how it does"));
        Kubectl kubectl = cluster.kubectl();
        var server = new AggregatedServer(kubectl, namespace, List.copyOf(groups));
        kubectl.apply(service(namespace, address, port));
        for (GroupVersion group : groups) {
            kubectl.apply(apiService(group, namespace, port, authority));
        }
        try {
            for (GroupVersion group : groups) {
                kubectl.succeed(
                        "wait", "--for=condition=Available", "--timeout=60s", "apiservice/" + group.apiService());
            }
        } catch (AssertionError late) {
            server.close();
            throw late;
        }
        return server;
    }

    /** Takes the groups and the Service out of the cluster. */
    @Override
    public void close() {
        for (GroupVersion group : groups) {
            kubectl.run("delete", "apiservice", group.apiService(), "--ignore-not-found");
        }
        kubectl.run("delete", "service,endpointslice", "breakwater", "-n", namespace, "--ignore-not-found");
    }

    /** Loopback is no address that an EndpointSlice may hold: there the Service is another name of localhost. */
    private static String service(String namespace, String address, int port) {
        if (address.equals("127.0.0.1")) {
            return """
                    apiVersion: v1
                    kind: Service
                    metadata: {name: breakwater, namespace: %s}
                    spec:
                      type: ExternalName
                      externalName: localhost
                      ports: [{name: https, port: %d}]
                    """.formatted(namespace, port);
        }
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: breakwater, namespace: %1$s}
                spec:
                  ports: [{name: https, port: %3$d}]
                ---
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata:
                  name: breakwater
                  namespace: %1$s
                  labels: {kubernetes.io/service-name: breakwater}
                addressType: IPv4
                ports: [{name: https, port: %3$d, protocol: TCP}]
                endpoints: [{addresses: ["%2$s"], conditions: {ready: true}}]
                """.formatted(namespace, address, port);
    }

    private static String apiService(GroupVersion group, String namespace, int port, String authority) {
        return """
                apiVersion: apiregistration.k8s.io/v1
                kind: APIService
                metadata:
                  name: %s
                  labels: {kube-aggregator.kubernetes.io/automanaged: "false"}
                spec:
                  group: %s
                  version: %s
                  groupPriorityMinimum: 1000
                  versionPriority: 10
                  caBundle: %s
                  service: {name: breakwater, namespace: %s, port: %d}
                """.formatted(
                        group.apiService(),
                        group.group(),
                        group.version(),
                        Base64.getEncoder().encodeToString(authority.getBytes(StandardCharsets.US_ASCII)),
                        namespace,
                        port);
    }
}
