package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("cluster")
class ClientGoInformerTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.alone();

    @Test
    void everyChangeAfterTheFirstListIsTold() {
        Cluster cluster = controlPlane.cluster();
        String namespace = cluster.kubectl().createNamespace("follow");
        Kubectl team = cluster.kubectl().in(namespace);
        try (ClientGoInformer informer =
                ClientGoInformer.start(cluster.kubeconfig(), "secrets.v1.", "--namespace=" + namespace)) {
            await().atMost(Duration.ofSeconds(30)).until(informer::isSynced);
            team.succeed("create", "secret", "generic", "here");
            team.succeed("label", "secret", "here", "seen=yes");
            team.succeed("delete", "secret", "here");

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(informer.changes())
                            .containsExactly("added here", "updated here", "deleted here"));
        }
    }
}
