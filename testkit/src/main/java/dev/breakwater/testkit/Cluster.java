package dev.breakwater.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** A Kubernetes that tests may use as its administrator. Tests share it: each makes namespaces of its own. */
public sealed interface Cluster extends AutoCloseable permits NamedCluster, DockerCluster, TestbedCluster {

    /** How kube-apiserver proves to an aggregated server that it speaks for users; all files are PEM. */
    record FrontProxy(Path certificateAuthority, Path clientCertificate, Path clientKey, String allowedName) {}

    /** What a test of the testbed alone can use. */
    record Internals(FrontProxy frontProxy, URI etcd, Path folder) {}

    /** The administrator's kubeconfig. */
    Path kubeconfig();

    /** The real kubectl as the administrator. */
    Kubectl kubectl();

    /**
     * The address at which kube-apiserver (and pods, where there is a node) reach a server of this machine; empty where
     * they cannot. A server that is to be reached listens on it, or on all.
     */
    Optional<String> hostAddress();

    /** Front proxy and etcd of the testbed; empty for a cluster of other making. */
    Optional<Internals> internals();

    /** The registry, images and Trivy that come with a node of the testbed; empty without one. */
    Optional<NodeTools> nodeTools();

    @Override
    void close();
}
