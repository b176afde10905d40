package dev.breakwater.apiserver.servingcert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.cluster.ClusterClient;
import dev.breakwater.apiserver.cluster.ClusterClient.Reply;
import dev.breakwater.apiserver.cluster.ClusterUnavailableException;
import dev.breakwater.apiserver.cluster.Rounds;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that the server makes for itself, keeps in a Secret for all replicas, renews, and makes known to the aggregator as
 * {@code caBundle} of our APIServices: no cert-manager is needed.
 *
 * <p>Whoever writes the Secret first wins; the others read what is there. Until the Secret can be read, a certificate that nobody
 * trusts is served: probes do not verify, and the server is ready the moment the cluster answers.
 *
 * <p>Threading: owns one virtual thread once it follows.
 */
public final class CertificateSecret implements CertificateSource {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateSecret.class);
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    private final ClusterClient client;
    private final Place place;
    private final Clock clock;
    private final Duration interval;
    private final TlsIdentity initial;
    private @Nullable Rounds rounds;

    /**
     * Where things are.
     *
     * @param namespace of Service and Secret
     * @param service for whose name the certificate is
     * @param apiServices that lead to the Service, such as {@code v1alpha1.breakwater.dev}
     */
    public record Place(String namespace, String service, String secret, List<String> apiServices) {
        List<String> names() {
            return List.of(service + "." + namespace + ".svc", service + "." + namespace + ".svc.cluster.local");
        }

        String secrets() {
            return "/api/v1/namespaces/" + namespace + "/secrets";
        }
    }

    /** @param interval between two looks at Secret and APIServices */
    public CertificateSecret(ClusterClient client, Place place, Clock clock, Duration interval) {
        this.client = client;
        this.place = place;
        this.clock = clock;
        this.interval = interval;
        this.initial =
                KeptCertificate.make(null, place.names(), clock.instant()).serving();
    }

    @Override
    public TlsIdentity initial() {
        return initial;
    }

    @Override
    public void follow(Consumer<TlsIdentity> renewed) {
        TlsIdentity[] served = {initial};
        rounds = Rounds.start("serving-certificate", interval, () -> {
            KeptCertificate kept = current();
            if (!kept.serving().chain().equals(served[0].chain())) {
                renewed.accept(kept.serving());
                served[0] = kept.serving();
                LOG.info("serving with the certificate in Secret {}/{}", place.namespace(), place.secret());
            }
            place.apiServices().forEach(name -> makeKnown(name, kept));
        });
    }

    @Override
    public void close() {
        if (rounds != null) {
            rounds.close();
        }
    }

    private KeptCertificate current() {
        Reply found = client.get(place.secrets() + "/" + place.secret());
        if (found.code() == NOT_FOUND) {
            return written(KeptCertificate.make(null, place.names(), clock.instant()), null);
        }
        require(found, "reading Secret " + place.secret());
        Optional<KeptCertificate> kept = KeptCertificate.of(found.body());
        if (kept.isPresent() && kept.get().goodFor(place.names(), clock.instant())) {
            return kept.get();
        }
        return written(KeptCertificate.make(kept.orElse(null), place.names(), clock.instant()), found.body());
    }

    /** @param previous the Secret as it was read; {@code null} if there was none */
    private KeptCertificate written(KeptCertificate fresh, @Nullable JsonNode previous) {
        ObjectNode secret = JsonNodeFactory.instance.objectNode();
        secret.put("kind", "Secret").put("apiVersion", "v1").put("type", "kubernetes.io/tls");
        ObjectNode metadata = secret.putObject("metadata").put("name", place.secret());
        metadata.put("namespace", place.namespace());
        secret.set("data", fresh.data());
        Reply reply;
        if (previous == null) {
            reply = client.create(place.secrets(), secret);
        } else {
            secret = previous.deepCopy();
            secret.set("data", fresh.data());
            reply = client.update(place.secrets() + "/" + place.secret(), secret);
        }
        if (reply.code() == CONFLICT) {
            throw new ClusterUnavailableException(
                    "another replica writes Secret " + place.secret() + ", reading it next");
        }
        require(reply, "writing Secret " + place.secret());
        LOG.info("made a serving certificate for {}", place.names().getFirst());
        return fresh;
    }

    /** Writes the authorities into an APIService that is there, leads to us, and is nobody else's to fill in. */
    private void makeKnown(String name, KeptCertificate kept) {
        String path = "/apis/apiregistration.k8s.io/v1/apiservices/" + name;
        Reply found = client.get(path);
        if (found.code() == NOT_FOUND) {
            return;
        }
        require(found, "reading APIService " + name);
        JsonNode spec = found.body().path("spec");
        boolean ours = spec.path("service").path("name").asText().equals(place.service())
                && spec.path("service").path("namespace").asText().equals(place.namespace());
        boolean unverified = spec.path("insecureSkipTLSVerify").asBoolean();
        boolean anothers = found.body().path("metadata").path("annotations").has("cert-manager.io/inject-ca-from");
        String bundle = KeptCertificate.base64(kept.bundle());
        if (!ours || unverified || anothers || spec.path("caBundle").asText().equals(bundle)) {
            return;
        }
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        patch.putObject("spec").put("caBundle", bundle);
        require(client.mergePatch(path, patch), "patching APIService " + name);
        LOG.info("APIService {} trusts the serving certificate", name);
    }

    private static void require(Reply reply, String what) {
        if (!reply.success()) {
            throw new ClusterUnavailableException(what + " was answered with " + reply.complaint());
        }
    }
}
