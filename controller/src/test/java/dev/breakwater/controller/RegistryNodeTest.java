package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.RegistryTransport;
import dev.breakwater.controller.registry.SecuredRegistry;
import dev.breakwater.controller.registry.credentials.Credential;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real registry with passwords and TLS by its owner's own authority: pods pull from it on a real node, real Trivy Jobs scan what runs, and the controller
 * has the rights of the manifests.
 */
@Tag("node")
@NullUnmarked
class RegistryNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String USER = "robot";
    private static final String PASSWORD = "c0rrect,horse:battery";
    /** Three digests of the same packages: one scan each. */
    private static final String IMAGES = """
            [{"name": "private/right:1", "asOf": "2023-06-10", "sources": ["openssl"], "files": {"srv/case": "right"}},
             {"name": "private/two:1", "asOf": "2023-06-10", "sources": ["openssl"], "files": {"srv/case": "two"}},
             {"name": "private/none:1", "asOf": "2023-06-10", "sources": ["openssl"], "files": {"srv/case": "none"}}]
            """;

    @TempDir
    Path folder;

    private Kubectl kubectl;
    private NodeTools tools;
    private TestControllers controllers;
    private SecuredRegistry registry;
    private String own;

    @BeforeEach
    void prepare() throws Exception {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        tools = cluster.nodeTools().orElseThrow();
        controllers = new TestControllers(cluster);
        registry = new SecuredRegistry(cluster, folder.resolve("registry"), USER, PASSWORD);
        own = kubectl.createNamespace("breakwater");
        kubectl.succeed("create", "serviceaccount", "breakwater-scan", "-n", own);
        kubectl.succeed("create", "configmap", "registry-ca", "-n", own, "--from-file=" + registry.authority());
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void eachPrivateImageEndsInItsReportOrItsReason() throws Exception {
        Map<String, String> digests = tools.pushImages(IMAGES);
        String right = team("right", "robot=" + PASSWORD);
        String two = team("two", "old=wrong", "robot=" + PASSWORD);
        String none = team("none", "gone=" + PASSWORD);
        // What a node has pulled it goes on to run; who comes later has no credential.
        kubectl.succeed("delete", "secret", "gone", "-n", none);

        controllers.startWithLeastPermissions(settings(List.of(right, two, none)), folder);

        for (String team : List.of(right, two)) {
            await().atMost(180, SECONDS)
                    .until(() -> items("vulnerabilityreports", team).size() == 1);
            assertThat(items("vulnerabilityreports", team).get(0).findValuesAsText("vulnerabilityID"))
                    .contains("CVE-2023-3817"); // fixed in OpenSSL 3.0.10
        }
        await().atMost(120, SECONDS)
                .until(() ->
                        scanOf(digests, "none").at("/status/phase").asText().equals("Failed"));
        JsonNode failed = scanOf(digests, "none").path("status");
        assertThat(failed.path("reason").asText()).isEqualTo("PullDenied");
        assertThat(failed.path("message").asText()).contains("the Secret gone does not exist");
        assertThat(items("vulnerabilityreports", none)).isEmpty();
        assertThat(items("events", none).toString()).contains("ScanFailedPullDenied", "the Secret gone does not exist");
        await().atMost(30, SECONDS)
                .untilAsserted(() -> assertThat(
                                scanOf(digests, "two").at("/status/credentials").toString())
                        .contains("\"secret\":\"old\"", "Refused", "\"secret\":\"robot\"", "Used"));
        assertThat(scanOf(digests, "right").at("/status/credentials").toString())
                .contains("\"secret\":\"robot\"", "Used")
                .doesNotContain("Refused");

        // Jobs take their Secrets with them.
        await().atMost(60, SECONDS)
                .until(() ->
                        items("jobs", own).isEmpty() && items("secrets", own).isEmpty());
        for (String kind :
                List.of("events", "imagescans", "vulnerabilityreports", "sbomreports", "configmaps", "pods")) {
            assertThat(kubectl.succeed("get", kind, "-A", "-o", "yaml"))
                    .as(kind)
                    .doesNotContain(PASSWORD, base64(USER + ":" + PASSWORD));
        }
    }

    @Test
    void theControllerItselfAsksWithTheSameAuthorityAndCredential() throws Exception {
        String digest = tools.pushImages(IMAGES).get("private/right:1");
        ImageReference image = ImageReference.parse(registry.host() + "/private/right:1");
        RegistryTransport trusting = new RegistryTransport(registries(), Set.of(), Set.of());
        assertThat(trusting.open(image, Optional.of(new Credential(USER, PASSWORD)))
                        .manifest()
                        .digest())
                .isEqualTo(digest);
        assertThatThrownBy(() -> trusting.open(image, Optional.of(new Credential(USER, "wrong")))
                        .manifest())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("401");
        assertThatThrownBy(() -> trusting.open(image, Optional.empty()).manifest())
                .hasMessageContaining("wants a password for private/right");
        assertThatThrownBy(() -> new RegistryTransport(RegistrySettings.defaults(), Set.of(), Set.of())
                        .open(image, Optional.empty())
                        .manifest())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot be reached");
    }

    /** A namespace that lets the controller read its pull secrets, in which the image of its name runs. */
    private String team(String name, String... pairs) throws IOException {
        String team = kubectl.createNamespace(name);
        kubectl.apply(Files.readString(Path.of("../manifests/registry-namespace/rbac.yaml"))
                .replace("  name: breakwater-registry\n", "  name: breakwater-registry\n  namespace: " + team + "\n")
                .replace(
                        "  name: breakwater-registry\n  namespace: " + team + "\nsubjects",
                        "  name: breakwater-registry\nsubjects")
                .replace("name: breakwater-controller", "name: breakwater-controller-" + own)
                .replace("namespace: breakwater\n", "namespace: " + own + "\n"));
        StringBuilder secrets = new StringBuilder();
        for (String pair : pairs) {
            String secret = pair.substring(0, pair.indexOf('='));
            kubectl.succeed(
                    "create",
                    "secret",
                    "docker-registry",
                    secret,
                    "-n",
                    team,
                    "--docker-server=" + registry.host(),
                    "--docker-username=" + USER,
                    "--docker-password=" + pair.substring(pair.indexOf('=') + 1));
            secrets.append(secrets.isEmpty() ? "" : ", ")
                    .append("{name: ")
                    .append(secret)
                    .append('}');
        }
        kubectl.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: %s}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      imagePullSecrets: [%s]
                      containers:
                        - {name: web, image: "%s/private/%s:1"}
                """.formatted(team, secrets, registry.host(), name));
        kubectl.succeed("rollout", "status", "deployment/web", "-n", team, "--timeout=120s");
        return team;
    }

    private JsonNode scanOf(Map<String, String> digests, String name) {
        String digest = digests.get("private/" + name + ":1");
        for (JsonNode scan : items("imagescans", "")) {
            if (scan.at("/spec/digest").asText().equals(digest)) {
                return scan;
            }
        }
        return MAPPER.createObjectNode();
    }

    private JsonNode items(String kind, String namespace) {
        try {
            return MAPPER.readTree(
                            namespace.isEmpty()
                                    ? kubectl.succeed("get", kind, "-o", "json")
                                    : kubectl.succeed("get", kind, "-n", namespace, "-o", "json"))
                    .path("items");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RegistrySettings registries() {
        return RegistrySettings.defaults()
                .with(RegistrySettings.CA_CONFIG_MAP, "registry-ca")
                .with(
                        RegistrySettings.CA_FOLDER,
                        registry.authority().getParent().toString());
    }

    private ControllerSettings settings(List<String> namespaces) {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.TARGET_NAMESPACES, namespaces)
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(ScannerSettings.IMAGE, tools.trivyImage())
                .with(ScannerSettings.SERVER_URL, tools.trivyServer())
                .with(ScannerSettings.SECRETS, false)
                .with(registries().values())
                .with(AuditSettings.ENABLED, false);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
