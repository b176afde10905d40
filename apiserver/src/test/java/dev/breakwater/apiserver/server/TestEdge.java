package dev.breakwater.apiserver.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.breakwater.apiserver.authentication.Authentication;
import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authentication.CertificateAuthenticator;
import dev.breakwater.apiserver.authentication.ClientCertificates;
import dev.breakwater.apiserver.authorization.Authorization;
import dev.breakwater.apiserver.authorization.Authorizer;
import dev.breakwater.apiserver.authorization.Decision;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.discovery.Discovery;
import dev.breakwater.apiserver.document.Document;
import dev.breakwater.apiserver.fairness.Fairness;
import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.apiserver.health.Health;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.memory.WatchPlaces;
import dev.breakwater.apiserver.openapi.OpenApi;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The edge on a free port, with an authority of its own and real TLS clients. What serves objects is the test's matter. */
public final class TestEdge implements AutoCloseable {
    public static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("test-clients", Instant.now(), Duration.ofDays(1));
    private static final CertificateAuthority SERVING =
            CertificateAuthority.create("test-serving", Instant.now(), Duration.ofDays(1));

    private static final FairnessSettings FAIRNESS = FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 10_000);

    public static final TlsIdentity ADMIN = client("admin", "system:masters");

    private final Map<Optional<TlsIdentity>, HttpClient> clients = new ConcurrentHashMap<>();
    private final HttpsServer server;
    private final AtomicBoolean drained;
    private final Filters filters;

    private TestEdge(HttpsServer server, AtomicBoolean drained, Filters filters) {
        this.server = server;
        this.drained = drained;
        this.filters = filters;
    }

    /** How many threads are in a step of a request that lasts. */
    public int stepping() {
        return filters.stepping();
    }

    /** Everybody who presents a certificate of {@link #AUTHORITY} is known and may do everything. */
    public static TestEdge start(ResourceEndpoint endpoint) {
        return start(endpoint, new WatchPlaces(new Room(1L << 30)));
    }

    public static TestEdge start(ResourceEndpoint endpoint, WatchPlaces places) {
        return start(
                endpoint,
                List.of(certificates()),
                (user, proxy, target) -> new Decision.Allowed(),
                List.of(),
                FAIRNESS,
                DoorwayLimits.defaults(),
                places);
    }

    static TestEdge start(ResourceEndpoint endpoint, FairnessSettings fairness, DoorwayLimits limits) {
        return start(
                endpoint,
                List.of(certificates()),
                (user, proxy, target) -> new Decision.Allowed(),
                List.of(),
                fairness,
                limits,
                new WatchPlaces(new Room(1L << 30)));
    }

    public static TestEdge start(
            ResourceEndpoint endpoint,
            List<Authenticator> authenticators,
            Authorizer authorizer,
            List<HealthCheck> readiness) {
        return start(
                endpoint,
                authenticators,
                authorizer,
                readiness,
                FAIRNESS,
                DoorwayLimits.defaults(),
                new WatchPlaces(new Room(1L << 30)));
    }

    private static TestEdge start(
            ResourceEndpoint endpoint,
            List<Authenticator> authenticators,
            Authorizer authorizer,
            List<HealthCheck> readiness,
            FairnessSettings settings,
            DoorwayLimits limits,
            WatchPlaces places) {
        Fairness fairness = new Fairness(settings);
        KindTable kinds = KindTable.load();
        Discovery discovery =
                new Discovery(kinds.all().stream().map(ApiResource::of).toList());
        Health health = new Health(List.of(HealthCheck.of("ping", () -> {})), readiness);
        Document version = Document.of(JsonNodeFactory.instance.objectNode().put("major", "1"), "application/json");
        RequestMetrics metrics = new RequestMetrics(Set.of("vulnerabilityreports"), fairness);
        List<PathExchange> exchanges = new ArrayList<>(List.of(
                new FixedPaths(discovery, new OpenApi(kinds, "test", Clock.systemUTC()), health, version), metrics));
        AtomicBoolean drained = new AtomicBoolean();
        Filters filters = new Filters(
                new Authentication(authenticators, true),
                new Authorization(authorizer),
                fairness,
                places,
                new Dispatch(kinds, endpoint, exchanges),
                metrics,
                drained::get);
        return new TestEdge(HttpsServer.start("127.0.0.1", 0, serving("first"), limits, filters), drained, filters);
    }

    public static Authenticator certificates() {
        ClientCertificates trusted =
                new ClientCertificates(List.of(AUTHORITY.certificate()), Clock.systemUTC(), System::nanoTime);
        return new CertificateAuthenticator(() -> trusted);
    }

    public static TlsIdentity client(String name, String... groups) {
        return AUTHORITY.issueClient(name, List.of(groups), Instant.now(), Duration.ofHours(1));
    }

    static TlsIdentity serving(String commonName) {
        return SERVING.issueServer(commonName, List.of("127.0.0.1", "localhost"), Instant.now(), Duration.ofHours(1));
    }

    public int port() {
        return server.port();
    }

    Doorway.Standing doorway() {
        return server.doorway();
    }

    void drain() {
        drained.set(true);
    }

    void use(TlsIdentity identity) {
        server.use(identity);
    }

    public URI uri(String path) {
        return URI.create("https://127.0.0.1:" + server.port() + path);
    }

    /** A client of HTTP/2, or of HTTP/1.1. */
    public static HttpClient http(@Nullable TlsIdentity identity, HttpClient.Version version) {
        return HttpClient.newBuilder()
                .sslContext(tls(identity))
                .version(version)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    public HttpResponse<String> get(@Nullable TlsIdentity identity, String path, String... headers)
            throws IOException, InterruptedException {
        return send(identity, "GET", path, headers);
    }

    public HttpResponse<String> send(@Nullable TlsIdentity identity, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpClient client = clients.computeIfAbsent(
                Optional.ofNullable(identity), id -> http(id.orElse(null), HttpClient.Version.HTTP_2));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    public static SSLContext tls(@Nullable TlsIdentity identity) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("serving", SERVING.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            if (identity != null) {
                keys.init(identity.keyStore(), TlsIdentity.PASSWORD.toCharArray());
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::shutdownNow);
        server.close();
    }
}
