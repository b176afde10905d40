package dev.breakwater.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster that runs already and that the environment names.
 *
 * <p>{@value #HOST_ADDRESS} says how it reaches this machine; without it, tests of aggregation are skipped.
 */
final class NamedCluster implements Cluster {
    static final String KUBECONFIG = "BREAKWATER_TEST_KUBECONFIG";
    static final String HOST_ADDRESS = "BREAKWATER_TEST_HOST_ADDRESS";

    private final Path kubeconfig;
    private final Kubectl kubectl;
    private final Optional<String> hostAddress;

    private NamedCluster(Path kubeconfig, Optional<String> hostAddress) throws Unavailable {
        this.kubeconfig = kubeconfig;
        this.kubectl = Kubectl.forKubeconfig(kubeconfig);
        this.hostAddress = hostAddress;
    }

    /** Empty where the environment names none. */
    static Optional<Cluster> find(Map<String, String> environment) throws Unavailable {
        String named = environment.getOrDefault(KUBECONFIG, "");
        if (named.isEmpty()) {
            return Optional.empty();
        }
        Path kubeconfig = Path.of(named);
        if (!Files.isReadable(kubeconfig)) {
            throw new Unavailable(KUBECONFIG + " names " + named + ", which cannot be read");
        }
        var cluster = new NamedCluster(kubeconfig, Optional.ofNullable(environment.get(HOST_ADDRESS)));
        Kubectl.Result answer = cluster.kubectl.run("get", "--raw", "/readyz", "--request-timeout=10s");
        if (answer.exitCode() != 0) {
            throw new Unavailable("the cluster of %s does not answer: %s"
                    .formatted(KUBECONFIG, answer.stderr().strip()));
        }
        return Optional.of(cluster);
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Kubectl kubectl() {
        return kubectl;
    }

    @Override
    public Optional<String> hostAddress() {
        return hostAddress;
    }

    @Override
    public Optional<Internals> internals() {
        return Optional.empty();
    }

    @Override
    public Optional<NodeTools> nodeTools() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // It was there before the tests and stays.
    }
}
