package dev.breakwater.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.breakwater.apiserver.authentication.Authentication;
import dev.breakwater.apiserver.authorization.Authorization;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.discovery.Discovery;
import dev.breakwater.apiserver.document.Document;
import dev.breakwater.apiserver.fairness.Fairness;
import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.apiserver.health.BoundedCheck;
import dev.breakwater.apiserver.health.Health;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.memory.WatchPlaces;
import dev.breakwater.apiserver.openapi.OpenApi;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.server.Dispatch;
import dev.breakwater.apiserver.server.Filters;
import dev.breakwater.apiserver.server.FixedPaths;
import dev.breakwater.apiserver.server.HttpsServer;
import dev.breakwater.apiserver.server.PathExchange;
import dev.breakwater.apiserver.server.RequestMetrics;
import dev.breakwater.storage.ReportStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The API server, wired by hand. {@link #start} reads as the start-up order, {@link #close} as the order of going away. */
public final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    private final ApiServerSettings settings;
    private final Surroundings surroundings;
    private final Phase phase;
    private final ShutdownSignal shutdown;
    private final Filters filters;
    private final HttpsServer server;

    private ApiServer(
            ApiServerSettings settings,
            Surroundings surroundings,
            Phase phase,
            ShutdownSignal shutdown,
            Filters filters,
            HttpsServer server) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.phase = phase;
        this.shutdown = shutdown;
        this.filters = filters;
        this.server = server;
    }

    /** Makes what serves objects; called once, before the server listens. */
    @FunctionalInterface
    public interface EndpointFactory {
        /**
         * @param room for what requests hold
         * @param shutdown raised when watches are to end
         */
        ResourceEndpoint create(KindTable kinds, ReportStore store, Room room, ShutdownSignal shutdown);
    }

    /**
     * Starts, and returns when requests are answered.
     *
     * @param store stays the caller's, who closes it after the server
     */
    public static ApiServer start(ApiServerSettings settings, ReportStore store, EndpointFactory endpoints) {
        Clock clock = Clock.systemUTC();
        KindTable kinds = KindTable.load();
        // Who asks, and whether they may.
        Surroundings surroundings = switch (settings.mode()) {
            case ApiServerSettings.Standalone alone ->
                StandaloneSurroundings.prepare(alone, settings.host(), kinds, store, clock);
            case ApiServerSettings.InCluster cluster -> ClusterSurroundings.prepare(cluster, kinds, clock);
        };
        try {
            return listen(settings, store, endpoints, kinds, surroundings, clock);
        } catch (RuntimeException e) {
            surroundings.close();
            throw e;
        }
    }

    private static ApiServer listen(
            ApiServerSettings settings,
            ReportStore store,
            EndpointFactory endpoints,
            KindTable kinds,
            Surroundings surroundings,
            Clock clock) {
        Phase phase = new Phase();
        ShutdownSignal shutdown = new ShutdownSignal();
        Authentication authentication = new Authentication(surroundings.authenticators(), true);
        Authorization authorization = new Authorization(surroundings.authorizer());

        // What answers from memory, database up or down.
        Discovery discovery = new Discovery(
                Stream.concat(kinds.all().stream().map(ApiResource::of), surroundings.resources().stream())
                        .toList());
        Health health = new Health(
                List.of(HealthCheck.of("ping", () -> {})), readiness(phase, store, surroundings.readiness()));
        OpenApi openApi = new OpenApi(kinds, settings.version(), clock);
        FixedPaths fixed = new FixedPaths(discovery, openApi, health, version(settings.version()));
        Room room = Room.in(Runtime.getRuntime().maxMemory());
        WatchPlaces places = new WatchPlaces(room);
        Fairness fairness = new Fairness(FairnessSettings.of(
                settings.controllerUser(), Runtime.getRuntime().availableProcessors(), places.most()));
        RequestMetrics metrics =
                new RequestMetrics(kinds.all().stream().map(ReportKind::plural).collect(Collectors.toSet()), fairness);

        // What answers from the store.
        ResourceEndpoint endpoint = endpoints.create(kinds, store, room, shutdown);
        List<PathExchange> exchanges = new ArrayList<>(List.of(fixed, metrics));
        exchanges.addAll(surroundings.exchanges());

        Filters filters = new Filters(
                authentication,
                authorization,
                fairness,
                places,
                new Dispatch(kinds, endpoint, exchanges),
                metrics,
                phase::drained);
        HttpsServer server = HttpsServer.start(settings.host(), settings.port(), surroundings.identity(), filters);
        surroundings.listening(server.port(), server::use);
        phase.started();
        LOG.info("serving on port {}", server.port());
        return new ApiServer(settings, surroundings, phase, shutdown, filters, server);
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    /**
     * Goes away so that nobody notices: readiness fails first, requests go elsewhere, watches end cleanly, running requests finish
     * (k8s-wire 7.1, 7.3). Takes {@code shutdownDelay}, then at most {@code drainLimit}.
     */
    @Override
    public void close() {
        // Whatever fails on the way, the port and the threads are given back.
        try (surroundings;
                server) {
            phase.leaving();
            sleep(settings.shutdownDelay());
            shutdown.raise();
            phase.drain();
            if (!filters.awaitIdle(settings.drainLimit())) {
                LOG.warn("requests are still running after {}: they are cut off", settings.drainLimit());
            }
        }
    }

    private static List<HealthCheck> readiness(Phase phase, ReportStore store, List<HealthCheck> more) {
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(HealthCheck.of("startup", phase::requireStarted));
        checks.add(HealthCheck.of("shutdown", phase::requireStaying));
        checks.add(new BoundedCheck("store", Duration.ofSeconds(2), store::probe));
        checks.add(HealthCheck.of("store-integrity", store::requireUndamaged));
        checks.addAll(more);
        return checks;
    }

    /** The version of the API that we follow, and ours as build metadata. */
    private static Document version(String version) {
        return Document.of(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("major", "1")
                        .put("minor", "34")
                        .put("gitVersion", "v1.34.2+breakwater-" + version)
                        .put("gitCommit", "")
                        .put("gitTreeState", "")
                        .put("buildDate", "")
                        .put("goVersion", "")
                        .put("compiler", "java " + Runtime.version().feature())
                        .put("platform", System.getProperty("os.name") + "/" + System.getProperty("os.arch")),
                "application/json");
    }

    private static void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            // Whoever stops us twice is in a hurry.
            Thread.currentThread().interrupt();
        }
    }
}
