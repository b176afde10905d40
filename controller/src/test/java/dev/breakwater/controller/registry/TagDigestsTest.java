package dev.breakwater.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.bundle.BundlePush;
import dev.breakwater.controller.bundle.TestRegistry;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.registry.credentials.PullCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tag names, asked of a registry that wants a password. */
class TagDigestsTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private InMemoryKubernetes cluster;
    private TestRegistry registry;
    private TagDigests digests;
    private String digest;

    @BeforeEach
    void start() throws Exception {
        cluster = new InMemoryKubernetes();
        registry = new TestRegistry();
        digest = new BundlePush(registry.host() + "/team/checks").archive("1", Map.of("team.yaml", "id: 1"));
        KubeApi api = new KubeApi(cluster.client(), Pauses.shortened());
        digests = new TagDigests(
                new RegistryTransport(RegistrySettings.defaults(), Set.of(registry.host()), Set.of()),
                new RegistryMirrors(Map.of("upstream.example/shop", registry.host() + "/team")),
                new RegistryPauses(now::get),
                new PullCredentials(api, true, Map.of(), "breakwater"));
    }

    @AfterEach
    void stop() {
        registry.close();
        cluster.close();
    }

    @Test
    void credentialsAreTriedInTurnAndThoseOfThePodOnly() throws IOException {
        registry.wantPassword("robot", "right");
        pullSecret("shop", "old", "wrong");
        pullSecret("shop", "new", "right");
        assertThat(ask(registry.host() + "/team/checks:1", "old", "new").digest())
                .isEqualTo(digest);
        assertThatThrownBy(() -> ask(registry.host() + "/team/checks:1", "old", "missing"))
                .hasMessageContaining("401")
                .hasMessageContaining("the Secret old was refused")
                .hasMessageContaining("the Secret missing does not exist")
                .hasMessageNotContaining("wrong");
    }

    @Test
    void theMirrorIsAskedInPlaceOfTheOriginal() throws IOException {
        assertThat(ask("upstream.example/shop/checks:1").digest()).isEqualTo(digest);
    }

    @Test
    void aRegistryThatWantsToBeLeftAloneIsForAsLongAsItSays() throws IOException {
        registry.beBusy();
        assertThatThrownBy(() -> ask(registry.host() + "/team/checks:1")).hasMessageContaining("429");
        registry.beFree();
        now.set(START.plusSeconds(119));
        assertThatThrownBy(() -> ask(registry.host() + "/team/checks:1"))
                .hasMessageContaining("is left alone until 2026-11-21T10:02:00Z");
        now.set(START.plus(Duration.ofMinutes(2)));
        assertThat(ask(registry.host() + "/team/checks:1").digest()).isEqualTo(digest);
    }

    private TagDigests.Answer ask(String image, String... secrets) throws IOException {
        return digests.ask(
                new KnownDigests.Question(image, "sha256:" + "c".repeat(64), Platform.LINUX_AMD64),
                new PullIdentity("shop", List.of(secrets), PullIdentity.DEFAULT_ACCOUNT));
    }

    private void pullSecret(String namespace, String name, String password) {
        ObjectNode secret = Objects.object("v1", "Secret", namespace, name);
        secret.put("type", "kubernetes.io/dockerconfigjson")
                .putObject("data")
                .put(
                        ".dockerconfigjson",
                        base64("{\"auths\":{\"" + registry.host() + "\":{\"username\":\"robot\",\"password\":\""
                                + password + "\"}}}"));
        cluster.put("/api/v1/namespaces/" + namespace + "/secrets", secret);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
