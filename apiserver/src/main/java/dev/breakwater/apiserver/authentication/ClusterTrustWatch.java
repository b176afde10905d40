package dev.breakwater.apiserver.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.cluster.ClusterClient;
import dev.breakwater.apiserver.cluster.ClusterClient.Reply;
import dev.breakwater.apiserver.cluster.ClusterUnavailableException;
import dev.breakwater.apiserver.cluster.Rounds;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows whom the cluster trusts, so that a change of authorities needs no restart. What cannot be read keeps what was read before
 * (k8s-wire 2.1).
 *
 * <p>Threading: owns one virtual thread; {@link #current} may be read by any.
 */
public final class ClusterTrustWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTrustWatch.class);
    private static final String CONFIG_MAPS = "/api/v1/namespaces/kube-system/configmaps"
            + "?fieldSelector=metadata.name%3Dextension-apiserver-authentication";

    private final ClusterClient client;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private volatile Current current;
    private volatile boolean loaded;
    private final Rounds rounds;

    /** What holds at a moment, with verifiers that keep their verdicts. */
    record Current(ClusterTrust trust, ClientCertificates clients, ClientCertificates proxies) {}

    private ClusterTrustWatch(ClusterClient client, Clock clock, LongSupplier nanoTime) {
        this.client = client;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.current =
                of(new ClusterTrust(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of()));
        this.rounds = Rounds.start("cluster-trust", Duration.ofMillis(100), this::follow);
    }

    public static ClusterTrustWatch start(ClusterClient client, Clock clock, LongSupplier nanoTime) {
        return new ClusterTrustWatch(client, clock, nanoTime);
    }

    /** The front proxy first, then users' certificates, as kube-apiserver orders them. */
    public List<Authenticator> authenticators() {
        return List.of(
                new FrontProxyAuthenticator(() -> current), new CertificateAuthenticator(() -> current.clients()));
    }

    /** Before anything was read, nobody is a stranger: the client is to come back, not to believe that it is unknown. */
    private Current forVerifying() {
        if (!loaded) {
            throw Statuses.serviceUnavailable(
                    "the server is starting: it does not know yet whom the cluster trusts", 1);
        }
        return current;
    }

    /** @throws IllegalStateException as long as nothing was read */
    public void requireLoaded() {
        if (!loaded) {
            throw new IllegalStateException("kube-system/extension-apiserver-authentication has not been read yet");
        }
    }

    @Override
    public void close() {
        rounds.close();
    }

    /** Reads the ConfigMap and follows it until the watch ends. */
    private void follow() throws InterruptedException {
        Reply list = client.get(CONFIG_MAPS);
        if (!list.success()) {
            throw new ClusterUnavailableException(
                    "reading extension-apiserver-authentication was answered with " + list.complaint());
        }
        list.body().path("items").forEach(this::take);
        String version = list.body().path("metadata").path("resourceVersion").asText();
        client.watch(CONFIG_MAPS + "&watch=true&timeoutSeconds=300&resourceVersion=" + version, event -> {
            String type = event.path("type").asText();
            if (type.equals("ADDED") || type.equals("MODIFIED")) {
                take(event.path("object"));
            }
        });
    }

    private void take(JsonNode configMap) {
        try {
            ClusterTrust trust = ClusterTrust.of(configMap);
            if (!trust.equals(current.trust()) || !loaded) {
                current = of(trust);
                loaded = true;
                LOG.info(
                        "trusting {} authorities of users and {} of the front proxy",
                        trust.clientAuthorities().size(),
                        trust.proxyAuthorities().size());
            }
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "extension-apiserver-authentication is broken, what it said before stays good: {}", e.getMessage());
        }
    }

    private Current of(ClusterTrust trust) {
        return new Current(
                trust,
                new ClientCertificates(trust.clientAuthorities(), clock, nanoTime),
                new ClientCertificates(trust.proxyAuthorities(), clock, nanoTime));
    }
}
