package dev.breakwater.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authentication.ClusterTrustWatch;
import dev.breakwater.apiserver.authentication.TokenReviewAuthenticator;
import dev.breakwater.apiserver.authorization.SubjectAccessReviews;
import dev.breakwater.apiserver.cluster.ClusterClient;
import dev.breakwater.apiserver.cluster.Reviews;
import dev.breakwater.apiserver.cluster.StubCluster;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks and whether they may, as checklist B of k8s-wire arranges it. */
class IdentityTest {
    private static final String LIST = "/apis/aquasecurity.github.io/v1alpha1/namespaces/t/vulnerabilityreports";
    private static final String ITEM = LIST + "/n";
    private static final CertificateAuthority PROXY =
            CertificateAuthority.create("front-proxy-ca", Instant.now(), Duration.ofDays(1));
    private static final TlsIdentity FRONT_PROXY = proxy(PROXY, "front-proxy-client");

    private StubCluster cluster;
    private ClusterClient client;
    private ClusterTrustWatch trust;
    private TestEdge edge;
    private volatile @Nullable User seen;

    @BeforeEach
    void start() {
        cluster = new StubCluster(trusting(PROXY));
        client = new ClusterClient(cluster.access());
        trust = ClusterTrustWatch.start(client, Clock.systemUTC(), System::nanoTime);
        Reviews reviews = new Reviews(client);
        // Time stands still for what is kept: on a busy machine ten seconds pass quickly.
        List<Authenticator> authenticators = new ArrayList<>(trust.authenticators());
        authenticators.add(new TokenReviewAuthenticator(reviews, () -> 0));
        edge = TestEdge.start(this::answer, authenticators, new SubjectAccessReviews(reviews, () -> 0), List.of());
        Awaitility.await().ignoreExceptions().untilAsserted(trust::requireLoaded);
        cluster.allow(spec -> true);
    }

    @AfterEach
    void stop() {
        edge.close();
        trust.close();
        client.close();
        cluster.close();
    }

    private void answer(ResourceRequest request) {
        seen = request.user();
        assertThat(request.http().getHeader("Authorization")).isNull();
        assertThat(request.http().getHeader("X-Remote-User")).isNull();
    }

    @Test
    @DisplayName("32, 39: the front proxy's user and every one of the groups")
    void theFrontProxysUserAndGroupsAreBelieved() throws Exception {
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "u", "X-Remote-Group", "a,b", "X-Remote-Group", "c"))
                .isEqualTo(200);
        assertThat(seen().name()).isEqualTo("u");
        assertThat(seen().groups()).containsExactly("a,b", "c", "system:authenticated");
        assertThat(cluster.accessReviews.getFirst().path("user").asText()).isEqualTo("u");
    }

    @Test
    @DisplayName("33, 50: identity headers without a certificate are nothing")
    void identityHeadersWithoutACertificateAreNothing() throws Exception {
        cluster.allow(spec -> !spec.path("user").asText().equals("system:anonymous"));
        assertThat(code(null, LIST, "X-Remote-User", "admin", "X-Remote-Group", "system:masters"))
                .isEqualTo(403);
        JsonNode asked = cluster.accessReviews.getFirst();
        assertThat(asked.path("user").asText()).isEqualTo("system:anonymous");
        assertThat(asked.path("groups").toString()).isEqualTo("[\"system:unauthenticated\"]");
    }

    @Test
    @DisplayName("34, 45: a user's certificate counts, the headers beside it do not")
    void aUsersCertificateCountsAndTheHeadersBesideItDoNot() throws Exception {
        TlsIdentity alice = TestEdge.client("alice", "team-a", "team-b");
        assertThat(code(alice, LIST, "X-Remote-User", "admin")).isEqualTo(200);
        assertThat(seen().name()).isEqualTo("alice");
        assertThat(seen().groups()).containsExactly("team-a", "team-b", "system:authenticated");
        assertThat(seen().extra().toString()).contains("authentication.kubernetes.io/credential-id=[X509SHA256=");
    }

    @Test
    @DisplayName("35, 36: a front proxy needs an allowed name, unless none is named")
    void aFrontProxyNeedsAnAllowedName() throws Exception {
        TlsIdentity impostor = proxy(PROXY, "someone-else");
        assertThat(code(impostor, LIST, "X-Remote-User", "u")).isEqualTo(401);
        change(Map.of("requestheader-allowed-names", "[]"));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(code(impostor, LIST, "X-Remote-User", "u")).isEqualTo(200));
    }

    @Test
    @DisplayName("37: a front proxy that names no user is no user")
    void aFrontProxyThatNamesNoUserIsNoUser() throws Exception {
        assertThat(code(FRONT_PROXY, LIST)).isEqualTo(401);
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "")).isEqualTo(401);
    }

    @Test
    @DisplayName("38, 41: the names of the headers are the ConfigMap's")
    void theNamesOfTheHeadersAreTheConfigMaps() throws Exception {
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "u", "X-Remote-Uid", "7"))
                .isEqualTo(200);
        assertThat(seen().uid()).isEmpty();
        change(Map.of(
                "requestheader-username-headers", "[\"X-Foo-User\"]",
                "requestheader-uid-headers", "[\"X-Foo-Uid\"]"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(code(FRONT_PROXY, LIST, "x-foo-user", "v", "X-FOO-UID", "8"))
                        .isEqualTo(200));
        assertThat(seen().name()).isEqualTo("v");
        assertThat(seen().uid()).isEqualTo("8");
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "u")).isEqualTo(401);
    }

    @Test
    @DisplayName("40: extra attributes are unescaped")
    void extraAttributesAreUnescaped() throws Exception {
        code(FRONT_PROXY, LIST, "X-Remote-User", "u", "X-Remote-Extra-Example.com%2fFoo", "v");
        assertThat(cluster.accessReviews.getFirst().path("extra").toString())
                .isEqualTo("{\"example.com/foo\":[\"v\"]}");
    }

    @Test
    @DisplayName("42: a user without groups is authenticated all the same")
    void aUserWithoutGroupsIsAuthenticated() throws Exception {
        code(FRONT_PROXY, LIST, "X-Remote-User", "system:aggregator");
        assertThat(cluster.accessReviews.getFirst().path("groups").toString()).isEqualTo("[\"system:authenticated\"]");
    }

    @Test
    @DisplayName("43, 44: authorities are exchanged without a restart, and a broken value changes nothing")
    void authoritiesAreExchangedWithoutARestart() throws Exception {
        CertificateAuthority next = CertificateAuthority.create("next", Instant.now(), Duration.ofDays(1));
        cluster.trust(Map.of("requestheader-client-ca-file", "-----BEGIN CERTIFICATE-----\nbroken"));
        cluster.trust(Map.of("requestheader-allowed-names", "{"));
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "u")).isEqualTo(200);
        cluster.trust(trusting(next));
        Awaitility.await()
                .untilAsserted(() -> assertThat(code(proxy(next, "front-proxy-client"), LIST, "X-Remote-User", "u"))
                        .isEqualTo(200));
        assertThat(code(FRONT_PROXY, LIST, "X-Remote-User", "u")).isEqualTo(401);
    }

    @Test
    @DisplayName("46: a certificate that is over, or for servers, is refused after the handshake")
    void aCertificateThatIsOverOrForServersIsRefused() throws Exception {
        Instant past = Instant.now().minus(Duration.ofDays(2));
        TlsIdentity over = TestEdge.AUTHORITY.issueClient("alice", List.of(), past, Duration.ofHours(1));
        TlsIdentity forServers =
                TestEdge.AUTHORITY.issueServer("alice", List.of("x"), Instant.now(), Duration.ofHours(1));
        assertThat(code(over, LIST)).isEqualTo(401);
        assertThat(code(forServers, LIST)).isEqualTo(401);
    }

    @Test
    @DisplayName("47, 48: a token is reviewed once for many requests, a bad one is not anonymous")
    void aTokenIsReviewedOnceForManyRequests() throws Exception {
        cluster.users(Map.of("good", "token-user"));
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> codes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                codes.add(many.submit(() -> code(null, LIST, "Authorization", "Bearer good")));
            }
            for (Future<Integer> code : codes) {
                assertThat(code.get()).isEqualTo(200);
            }
        }
        assertThat(seen().name()).isEqualTo("token-user");
        assertThat(seen().groups()).containsExactly("from-token", "system:authenticated");
        assertThat(cluster.tokenReviews).hasSize(1);
        assertThat(code(null, LIST, "Authorization", "Bearer bad")).isEqualTo(401);
    }

    @ParameterizedTest
    @DisplayName("54, 55, 57: what is asked is what kube-apiserver would read")
    @CsvSource(
            delimiter = '|',
            value = {
                "GET    | ?watch=1                                | watch            |",
                "GET    | ?watch=true&limit=notanumber            | watch            |",
                "GET    | ?watch=false                            | list             |",
                "GET    | ''                                      | list             |",
                "DELETE | ''                                      | deletecollection |",
                "HEAD   | /n                                      | get              | n",
                "PUT    | /n                                      | update           | n",
                "GET    | ?fieldSelector=metadata.name=foo        | list             | foo",
                "GET    | ?watch=1&fieldSelector=metadata.name%3Dfoo | watch         | foo",
            })
    void whatIsAskedIsWhatKubeApiserverWouldRead(String method, String rest, String verb, @Nullable String name)
            throws Exception {
        edge.send(TestEdge.client("u"), method, LIST + rest);
        JsonNode attributes = cluster.accessReviews.getFirst().path("resourceAttributes");
        assertThat(attributes.path("verb").asText()).isEqualTo(verb);
        assertThat(attributes.path("name").asText()).isEqualTo(name == null ? "" : name);
        assertThat(attributes.path("namespace").asText()).isEqualTo("t");
        assertThat(attributes.path("resource").asText()).isEqualTo("vulnerabilityreports");
        assertThat(attributes.path("group").asText()).isEqualTo("aquasecurity.github.io");
    }

    @Test
    @DisplayName("56: selectors are part of the question")
    void selectorsArePartOfTheQuestion() throws Exception {
        code(TestEdge.client("u"), LIST + "?labelSelector=a%3Db,c%20in%20(d,e),!f&fieldSelector=metadata.name!%3Dx");
        JsonNode attributes = cluster.accessReviews.getFirst().path("resourceAttributes");
        assertThat(attributes.path("labelSelector").toString())
                .isEqualTo("{\"requirements\":[{\"key\":\"a\",\"operator\":\"In\",\"values\":[\"b\"]},"
                        + "{\"key\":\"c\",\"operator\":\"In\",\"values\":[\"d\",\"e\"]},"
                        + "{\"key\":\"f\",\"operator\":\"DoesNotExist\"}]}");
        assertThat(attributes.path("fieldSelector").toString())
                .isEqualTo(
                        "{\"requirements\":[{\"key\":\"metadata.name\",\"operator\":\"NotIn\",\"values\":[\"x\"]}]}");
    }

    @Test
    @DisplayName("51, 52, 53: the words of a refusal")
    void theWordsOfARefusal() throws Exception {
        cluster.allow(spec -> false);
        assertThat(message(TestEdge.client("u"), ITEM))
                .isEqualTo(
                        "vulnerabilityreports.aquasecurity.github.io \\\"n\\\" is forbidden: User \\\"u\\\" cannot get"
                                + " resource \\\"vulnerabilityreports\\\" in API group \\\"aquasecurity.github.io\\\" in the"
                                + " namespace \\\"t\\\"");
        assertThat(message(
                        TestEdge.client("u"),
                        "/apis/aquasecurity.github.io/v1alpha1/clustercompliancereports/n/status"))
                .endsWith("cannot get resource \\\"clustercompliancereports/status\\\" in API group"
                        + " \\\"aquasecurity.github.io\\\" at the cluster scope");
        assertThat(message(TestEdge.client("u"), "/metrics"))
                .isEqualTo("forbidden: User \\\"u\\\" cannot get path \\\"/metrics\\\"");
        assertThat(message(TestEdge.client("<script>"), LIST))
                .contains("&lt;script&gt;")
                .doesNotContain("<script>");
    }

    @Test
    @DisplayName("58, 59: nobody to ask is 500 and is not remembered; masters need not ask")
    void nobodyToAskIs500AndIsNotRemembered() throws Exception {
        cluster.goDown(true);
        assertThat(code(TestEdge.client("u"), LIST)).isEqualTo(500);
        assertThat(code(TestEdge.client("u", "system:masters"), LIST)).isEqualTo(200);
        assertThat(code(null, "/readyz")).isEqualTo(200);
        cluster.goDown(false);
        assertThat(code(TestEdge.client("u"), LIST)).isEqualTo(200);
    }

    @Test
    @DisplayName("store.md 24: one question serves all names of a user that kube-apiserver vouches for")
    void oneQuestionServesAllNamesOfAUserThatKubeApiserverVouchesFor() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(code(FRONT_PROXY, LIST + "/n" + i, "X-Remote-User", "u")).isEqualTo(200);
        }
        assertThat(cluster.accessReviews).hasSize(1);
        assertThat(cluster.accessReviews.getFirst().path("resourceAttributes").has("name"))
                .isFalse();
        for (int i = 0; i < 3; i++) {
            code(TestEdge.client("direct"), LIST + "/n" + i);
        }
        assertThat(cluster.accessReviews).hasSize(4);
        assertThat(cluster.accessReviews
                        .getLast()
                        .at("/resourceAttributes/name")
                        .asText())
                .isEqualTo("n2");
    }

    @Test
    @DisplayName("store.md 24: a rule for one name lets that name pass")
    void aRuleForOneNameLetsThatNamePass() throws Exception {
        cluster.allow(spec -> spec.at("/resourceAttributes/name").asText().equals("mine"));
        assertThat(code(FRONT_PROXY, LIST + "/mine", "X-Remote-User", "u")).isEqualTo(200);
        assertThat(code(FRONT_PROXY, LIST + "/yours", "X-Remote-User", "u")).isEqualTo(403);
    }

    @Test
    void aLongMadeUpNameIsAskedForAndNotKept() throws Exception {
        String path = LIST + "/" + "n".repeat(12_000);
        code(TestEdge.client("u"), path);
        code(TestEdge.client("u"), path);
        assertThat(cluster.accessReviews).hasSize(2);
    }

    private User seen() {
        return Objects.requireNonNull(seen, "no request reached the endpoint");
    }

    private int code(@Nullable TlsIdentity identity, String path, String... headers) throws Exception {
        return edge.get(identity, path, headers).statusCode();
    }

    private String message(TlsIdentity identity, String path) throws Exception {
        HttpResponse<String> response = edge.get(identity, path);
        assertThat(response.statusCode()).isEqualTo(403);
        return response.body().replaceAll("(?s).*\"message\":\"(.*)\",\"reason\":\"Forbidden\".*", "$1");
    }

    private void change(Map<String, String> values) {
        Map<String, String> data = new HashMap<>(trusting(PROXY));
        data.putAll(values);
        cluster.trust(data);
    }

    private static Map<String, String> trusting(CertificateAuthority proxies) {
        return Map.of(
                "client-ca-file", Pem.of(List.of(TestEdge.AUTHORITY.certificate())),
                "requestheader-client-ca-file", Pem.of(List.of(proxies.certificate())),
                "requestheader-allowed-names", "[\"front-proxy-client\"]",
                "requestheader-username-headers", "[\"X-Remote-User\"]",
                "requestheader-group-headers", "[\"X-Remote-Group\"]",
                "requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]");
    }

    private static TlsIdentity proxy(CertificateAuthority authority, String name) {
        return authority.issueClient(name, List.of(), Instant.now(), Duration.ofHours(1));
    }
}
