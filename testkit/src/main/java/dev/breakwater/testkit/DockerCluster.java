package dev.breakwater.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** K3s in a Docker container. */
final class DockerCluster implements Cluster {
    private static final String IMAGE = "rancher/k3s:v1.34.2-k3s1";

    private final K3sContainer container;
    private final Path kubeconfig;
    private final Kubectl kubectl;

    private DockerCluster(K3sContainer container, Path kubeconfig) throws Unavailable {
        this.container = container;
        this.kubeconfig = kubeconfig;
        this.kubectl = Kubectl.forKubeconfig(kubeconfig);
    }

    /** Empty where no Docker engine answers. */
    static Optional<Cluster> find() throws Unavailable {
        try {
            if (!DockerEngine.answers()) {
                return Optional.empty();
            }
            K3sContainer container = new K3sContainer(DockerImageName.parse(IMAGE));
            container.start();
            Path kubeconfig = Files.createTempFile("breakwater-k3s-", ".kubeconfig");
            Files.writeString(kubeconfig, container.getKubeConfigYaml());
            return Optional.of(new DockerCluster(container, kubeconfig));
        } catch (RuntimeException | IOException e) {
            throw new Unavailable("Docker did not start " + IMAGE + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Path kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Kubectl kubectl() {
        return kubectl;
    }

    /** The container's way to its host: the gateway of the network that Docker put it in. */
    @Override
    public Optional<String> hostAddress() {
        return container.getContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(network -> network.getGateway())
                .filter(gateway -> gateway != null && !gateway.isEmpty())
                .findFirst();
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
        container.stop();
        kubeconfig.toFile().delete();
    }
}
