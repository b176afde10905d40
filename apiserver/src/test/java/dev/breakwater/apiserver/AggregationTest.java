package dev.breakwater.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.ApiServerSettings.InCluster;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import dev.breakwater.apiserver.tls.TrustedServers;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.testkit.AggregatedServer;
import dev.breakwater.testkit.AggregatedServer.GroupVersion;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Behind a real kube-apiserver. */
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregationTest {
    private static final String GROUP = "/apis/aquasecurity.github.io/v1alpha1";

    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.alone();

    @TempDir
    static Path folder;

    private Cluster cluster;
    private Kubectl kubectl;
    private String namespace;
    private String other;
    private ReportStore store;
    private ApiServer server;
    private AggregatedServer registration;

    @BeforeAll
    void serveBehindTheAggregator() {
        cluster = CONTROL_PLANE.cluster();
        kubectl = cluster.kubectl();
        namespace = kubectl.createNamespace("edge");
        other = kubectl.createNamespace("edge");
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(folder)));
        server = ApiServer.start(
                new ApiServerSettings(
                        null,
                        0,
                        "test",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new InCluster(cluster.kubeconfig(), namespace, "breakwater", "serving", null, null)),
                store,
                Reports::endpoint);
        // The authority given here is a stranger's: only the server's own entry in caBundle makes the groups available.
        String stranger = Pem.of(List.of(CertificateAuthority.create("stranger", Instant.now(), Duration.ofDays(1))
                .certificate()));
        registration = AggregatedServer.register(
                cluster,
                namespace,
                server.port(),
                stranger,
                List.of(
                        new GroupVersion("aquasecurity.github.io", "v1alpha1"),
                        new GroupVersion("breakwater.dev", "v1alpha1")));
    }

    @AfterAll
    void stop() {
        if (registration != null) {
            registration.close();
        }
        if (server != null) {
            server.close();
        }
        if (store != null) {
            store.close();
        }
        kubectl.run("delete", "namespace", namespace, other, "--wait=false");
    }

    @Test
    @DisplayName("271: the groups are available with a certificate that the server made itself")
    void theServerMakesItsOwnCertificateKnown() {
        String pem = new String(
                java.util.Base64.getDecoder()
                        .decode(kubectl.succeed(
                                "get", "secret", "serving", "-n", namespace, "-o", "jsonpath={.data.tls\\.crt}")),
                StandardCharsets.UTF_8);
        assertThat(Pem.names(Pem.certificates(pem).getFirst())).contains("breakwater." + namespace + ".svc");
    }

    @Test
    @DisplayName("1, 6: kubectl finds the kinds through the aggregator")
    void kubectlFindsTheKindsThroughTheAggregator() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(70))
                .untilAsserted(() -> assertThat(kubectl.succeed(
                                        "api-resources",
                                        "--api-group=aquasecurity.github.io",
                                        "--no-headers",
                                        "-o",
                                        "name")
                                .lines())
                        .hasSize(12)
                        .contains("vulnerabilityreports.aquasecurity.github.io"));
        assertThat(kubectl.succeed("get", "--raw", GROUP)).contains("\"APIResourceList\"");
    }

    @Test
    @DisplayName("25: kubectl explain reads our schema through the aggregator")
    void kubectlExplainReadsOurSchemaThroughTheAggregator() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(kubectl.succeed("explain", "vulnerabilityreports.report.summary"))
                        .contains("criticalCount", "Number of findings of severity CRITICAL"));
    }

    @Test
    @DisplayName("51, 281: a team reads its namespace and is refused the next one")
    void aTeamReadsItsNamespaceAndIsRefusedTheNext() {
        grant("alice-reads", namespace, "--user=alice");
        Kubectl alice = kubectl.as("alice");
        Awaitility.await()
                .atMost(Duration.ofSeconds(70))
                .untilAsserted(() -> assertThat(alice.run("get", "vulnerabilityreports", "-n", namespace)
                                .stderr())
                        .contains("No resources found in " + namespace));
        assertThat(alice.run("get", "vulnerabilityreports", "-n", other).stderr())
                .contains("Forbidden", "cannot list resource \"vulnerabilityreports\"", other);
    }

    @Test
    @DisplayName("47, 51, 60: a token is reviewed, its rights asked for, and a right taken away ends")
    void aTokenIsReviewedAndItsRightsAreAskedFor() throws Exception {
        kubectl.succeed("create", "serviceaccount", "reader", "-n", namespace);
        String token =
                kubectl.succeed("create", "token", "reader", "-n", namespace).strip();
        String list = GROUP + "/namespaces/" + namespace + "/vulnerabilityreports";
        HttpResponse<String> before = direct(null, list, "Authorization", "Bearer " + token);
        assertThat(before.statusCode()).isEqualTo(403);
        assertThat(new ObjectMapper().readTree(before.body()).path("message").asText())
                .isEqualTo(("vulnerabilityreports.aquasecurity.github.io is forbidden: User"
                                + " \"system:serviceaccount:%s:reader\" cannot list resource"
                                + " \"vulnerabilityreports\" in API group \"aquasecurity.github.io\""
                                + " in the namespace \"%s\"")
                        .formatted(namespace, namespace));
        grant("reader-reads", namespace, "--serviceaccount=" + namespace + ":reader");
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(direct(null, list, "Authorization", "Bearer " + token)
                                .statusCode())
                        .isEqualTo(200));
        kubectl.succeed("delete", "rolebinding", "reader-reads", "-n", namespace);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(direct(null, list, "Authorization", "Bearer " + token)
                                .statusCode())
                        .isEqualTo(403));
        assertThat(direct(null, list, "Authorization", "Bearer nonsense").statusCode())
                .isEqualTo(401);
    }

    @Test
    @DisplayName("4, 5, 33: identity headers count with the front proxy's certificate only")
    void identityHeadersCountWithTheFrontProxysCertificateOnly() throws Exception {
        Cluster.FrontProxy proxy = cluster.internals().orElseThrow().frontProxy();
        TlsIdentity certificate =
                TlsIdentity.read(Files.readString(proxy.clientCertificate()), Files.readString(proxy.clientKey()));
        assertThat(direct(certificate, GROUP, "X-Remote-User", "system:kube-aggregator")
                        .statusCode())
                .isEqualTo(200);
        assertThat(direct(certificate, "/openapi/v3", "X-Remote-User", "system:aggregator")
                        .statusCode())
                .isEqualTo(200);
        assertThat(direct(certificate, GROUP).statusCode()).isEqualTo(401);
        assertThat(direct(null, GROUP, "X-Remote-User", "admin", "X-Remote-Group", "system:masters")
                        .statusCode())
                .isEqualTo(403);
        assertThat(direct(null, "/metrics").statusCode()).isEqualTo(403);
        assertThat(direct(null, "/readyz").body()).isEqualTo("ok");
    }

    @Test
    @DisplayName("6.2: a namespace with reports finishes deleting, and nothing of it is left")
    void aNamespaceWithReportsFinishesDeleting() {
        String doomed = kubectl.createNamespace("edge");
        Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(
                                kubectl.runWithInput(Reports.vulnerabilityReport(doomed, "web"), "apply", "-f", "-")
                                        .exitCode())
                        .isZero());
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-n", doomed, "-o", "wide"))
                .contains("web", "shop/web", "1.2", "Trivy");
        kubectl.succeed("delete", "namespace", doomed, "--timeout=90s");
        assertThat(kubectl.succeed("get", "vulnerabilityreports", "-A", "-o", "name"))
                .isEmpty();
    }

    @Test
    @DisplayName("289: auth can-i answers for our kinds")
    void authCanIAnswersForOurKinds() {
        assertThat(kubectl.as("nobody")
                        .run("auth", "can-i", "list", "vulnerabilityreports.aquasecurity.github.io", "-n", other)
                        .stdout()
                        .strip())
                .isEqualTo("no");
    }

    /** Applied rather than created with flags: those would ask discovery, which learns of the groups within a minute. */
    private void grant(String name, String where, String subject) {
        kubectl.apply("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: read-reports, namespace: %s}
                rules:
                - apiGroups: [aquasecurity.github.io]
                  resources: [vulnerabilityreports]
                  verbs: [get, list, watch]
                """.formatted(where));
        kubectl.succeed("create", "rolebinding", name, "-n", where, "--role=read-reports", subject);
    }

    private HttpResponse<String> direct(@Nullable TlsIdentity identity, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TrustedServers.withoutVerification(identity))
                .build()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
