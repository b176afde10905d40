package dev.breakwater.apiserver;

import dev.breakwater.apiserver.ApiServerSettings.InCluster;
import dev.breakwater.apiserver.authentication.Authenticator;
import dev.breakwater.apiserver.authentication.ClusterTrustWatch;
import dev.breakwater.apiserver.authentication.TokenReviewAuthenticator;
import dev.breakwater.apiserver.authorization.Authorizer;
import dev.breakwater.apiserver.authorization.SubjectAccessReviews;
import dev.breakwater.apiserver.cluster.ClusterAccess;
import dev.breakwater.apiserver.cluster.ClusterClient;
import dev.breakwater.apiserver.cluster.Reviews;
import dev.breakwater.apiserver.discovery.ApiResource;
import dev.breakwater.apiserver.health.HealthCheck;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.server.PathExchange;
import dev.breakwater.apiserver.servingcert.CertificateFiles;
import dev.breakwater.apiserver.servingcert.CertificateSecret;
import dev.breakwater.apiserver.servingcert.CertificateSource;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Behind the aggregator: the cluster says who asks and whether they may, and trusts our serving certificate. */
record ClusterSurroundings(
        ClusterClient client,
        ClusterTrustWatch trust,
        CertificateSource certificate,
        List<Authenticator> authenticators,
        Authorizer authorizer)
        implements Surroundings {
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(15);

    static ClusterSurroundings prepare(InCluster mode, KindTable kinds, Clock clock) {
        Path kubeconfig = mode.kubeconfig();
        ClusterAccess access =
                kubeconfig == null ? ClusterAccess.ofPod(System.getenv()) : ClusterAccess.ofKubeconfig(kubeconfig);
        ClusterClient client = new ClusterClient(access);
        ClusterTrustWatch trust = ClusterTrustWatch.start(client, clock, System::nanoTime);
        List<Authenticator> authenticators = new ArrayList<>(trust.authenticators());
        // Reviews of tokens and of rights have places of their own: bad tokens must not keep good users waiting.
        authenticators.add(new TokenReviewAuthenticator(new Reviews(client), System::nanoTime));
        return new ClusterSurroundings(
                client,
                trust,
                certificate(mode, kinds, client, clock),
                List.copyOf(authenticators),
                new SubjectAccessReviews(new Reviews(client), System::nanoTime));
    }

    private static CertificateSource certificate(InCluster mode, KindTable kinds, ClusterClient client, Clock clock) {
        Path file = mode.certificateFile();
        Path key = mode.keyFile();
        if (file != null && key != null) {
            return new CertificateFiles(file, key, CERTIFICATE_INTERVAL);
        }
        List<String> apiServices = kinds.all().stream()
                .map(kind -> kind.version() + "." + kind.group())
                .distinct()
                .toList();
        return new CertificateSecret(
                client,
                new CertificateSecret.Place(mode.namespace(), mode.service(), mode.secret(), apiServices),
                clock,
                CERTIFICATE_INTERVAL);
    }

    @Override
    public TlsIdentity identity() {
        return certificate.initial();
    }

    @Override
    public List<ApiResource> resources() {
        return List.of();
    }

    @Override
    public List<PathExchange> exchanges() {
        return List.of();
    }

    @Override
    public List<HealthCheck> readiness() {
        return List.of(HealthCheck.of("cluster-trust", trust::requireLoaded));
    }

    @Override
    public void listening(int port, Consumer<TlsIdentity> renewed) {
        certificate.follow(renewed);
    }

    @Override
    public void close() {
        certificate.close();
        trust.close();
        client.close();
    }
}
