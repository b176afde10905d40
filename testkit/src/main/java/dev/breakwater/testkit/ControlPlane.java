package dev.breakwater.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives tests a Kubernetes. The test run shares one, which starts when it is first asked for and ends with the run.
 *
 * <pre>{@code
 * @Tag("cluster")
 * class SomethingTest {
 *     @RegisterExtension
 *     static final ControlPlane controlPlane = ControlPlane.alone();
 *
 *     @Test
 *     void promise() {
 *         controlPlane.cluster().kubectl().succeed("get", "namespaces");
 *     }
 * }
 * }</pre>
 *
 * In this order: the kubeconfig that {@code BREAKWATER_TEST_KUBECONFIG} names; K3s in Docker where an engine answers;
 * the testbed of this source tree; else the test is skipped with the reason ({@link Requirement}).
 */
public final class ControlPlane implements BeforeAllCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(ControlPlane.class);

    private final Requirement requirement;
    private ExtensionContext.@Nullable Store store;

    private ControlPlane(Requirement requirement) {
        this.requirement = requirement;
    }

    /** Without a node: pods stay pending; everything else is there. Ready in seconds. */
    public static ControlPlane alone() {
        return new ControlPlane(Requirement.CLUSTER);
    }

    /**
     * With a node that runs pods, a registry and Trivy ({@link Cluster#nodeTools}). Needs root, containerd and runc; K3s
     * in Docker is left out because it brings no registry.
     */
    public static ControlPlane withNode() {
        return new ControlPlane(Requirement.NODE);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        store = context.getRoot().getStore(NAMESPACE);
    }

    /** The cluster of this test run. Ends the test where none can be had. */
    public Cluster cluster() {
        ExtensionContext.Store runs = store;
        if (runs == null) {
            throw new IllegalStateException("ControlPlane must be a static field annotated with @RegisterExtension");
        }
        return switch (runs.computeIfAbsent(requirement, this::start, Start.class)) {
            case Started(Cluster cluster) -> cluster;
            case NotHere(String reason) -> throw requirement.missing(reason);
        };
    }

    private Start start(Requirement needed) {
        List<String> reasons = new ArrayList<>();
        try {
            Optional<Cluster> named = NamedCluster.find(System.getenv());
            if (named.isPresent()) {
                return new Started(named.get());
            }
        } catch (Unavailable unavailable) {
            // Who names a cluster means that one: tests that quietly run elsewhere would prove nothing about it.
            return new NotHere(String.valueOf(unavailable.getMessage()));
        }
        // K3s in Docker has a node, but neither the registry nor the Trivy that tests with a node need.
        if (needed == Requirement.CLUSTER) {
            try {
                Optional<Cluster> docker = DockerCluster.find();
                if (docker.isPresent()) {
                    return new Started(docker.get());
                }
            } catch (Unavailable unavailable) {
                reasons.add(unavailable.getMessage());
            }
        }
        try {
            return new Started(TestbedCluster.start(parts(needed)));
        } catch (Unavailable unavailable) {
            reasons.add(unavailable.getMessage());
            return new NotHere(String.join("; ", reasons));
        }
    }

    private static List<String> parts(Requirement needed) throws Unavailable {
        if (needed != Requirement.NODE) {
            return List.of();
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            throw new Unavailable("a node needs root");
        }
        for (String program : List.of("containerd", "runc", "docker-registry", "iptables")) {
            if (!isInstalled(program)) {
                throw new Unavailable("a node needs " + program + "; testbed/packages.txt lists the Debian packages");
            }
        }
        return List.of("--node", "--trivy");
    }

    private static boolean isInstalled(String program) {
        return List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Kept in the store of the run, so that a machine without a cluster is searched once and not by every test. */
    private sealed interface Start extends AutoCloseable {
        @Override
        void close();
    }

    private record Started(Cluster cluster) implements Start {
        @Override
        public void close() {
            cluster.close();
        }
    }

    private record NotHere(String reason) implements Start {
        @Override
        public void close() {}
    }
}
