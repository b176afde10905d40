package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AggregatedServerTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.alone();

    @RegisterExtension
    static final ControlPlane withNode = ControlPlane.withNode();

    @Test
    @Tag("cluster")
    void kubeApiserverReachesAServerOnLoopback() throws Exception {
        kubeApiserverReachesAServerOfThisMachine(controlPlane.cluster());
    }

    @Test
    @Tag("node")
    void kubeApiserverReachesAServerOnTheNodesHost() throws Exception {
        kubeApiserverReachesAServerOfThisMachine(withNode.cluster());
    }

    private static void kubeApiserverReachesAServerOfThisMachine(Cluster cluster) throws Exception {
        Kubectl kubectl = cluster.kubectl();
        String namespace = kubectl.createNamespace("echo");
        var group = new AggregatedServer.GroupVersion("echo.breakwater.dev", "v1");
        String address = cluster.hostAddress().orElseThrow();
        try (EchoServer server = EchoServer.start(address, AggregatedServer.hostName(namespace));
                AggregatedServer registered = AggregatedServer.register(
                        cluster, namespace, server.port(), server.certificate(), List.of(group))) {
            assertThat(registered).isNotNull();
            kubectl.succeed("create", "clusterrole", namespace, "--verb=get", "--non-resource-url=/apis/*");
            kubectl.succeed("create", "clusterrolebinding", namespace, "--clusterrole=" + namespace, "--user=anna");

            String answer = kubectl.as("anna").succeed("get", "--raw", "/apis/echo.breakwater.dev/v1");

            assertThat(answer).contains("\"user\": \"anna\"");
        }
        assertThat(kubectl.succeed("get", "apiservices", "-o", "name")).doesNotContain("echo.breakwater.dev");
    }
}
