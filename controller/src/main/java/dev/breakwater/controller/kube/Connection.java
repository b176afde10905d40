package dev.breakwater.controller.kube;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.auth.Authentication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Where the API server is and how we prove who we are.
 *
 * @param http adds the credentials to each request by itself
 * @param baseUrl without a slash at the end
 */
public record Connection(OkHttpClient http, String baseUrl) {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /** As client-java's client connects, for kubeconfigs with all their ways to log in. */
    public static Connection of(ApiClient client) {
        Authentication token = client.getAuthentication("BearerToken");
        Interceptor credentials = chain -> {
            Map<String, String> headers = new HashMap<>();
            try {
                if (token != null) {
                    token.applyToParams(new ArrayList<>(), headers, new HashMap<>(), "", "", URI.create("/"));
                }
            } catch (ApiException e) {
                throw new IOException("no credentials for the API server: " + e.getMessage(), e);
            }
            Request.Builder request = chain.request().newBuilder();
            headers.forEach(request::header);
            return chain.proceed(request.build());
        };
        return new Connection(
                client.getHttpClient().newBuilder().addInterceptor(credentials).build(), client.getBasePath());
    }

    /**
     * As the pod's service account, by the files and variables that every pod has.
     *
     * <p>Not by client-java's own client, although it could: making one loads a class for each kind of Kubernetes, some five thousand, which is a
     * third of the controller's memory and most of its start (docs/decisions/0050).
     *
     * @throws IOException in words, outside of a cluster
     */
    public static Connection inCluster() throws IOException {
        String host = System.getenv("KUBERNETES_SERVICE_HOST");
        String port = System.getenv("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException("this is no pod (KUBERNETES_SERVICE_HOST is not set): name a kubeconfig");
        }
        String address = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return serviceAccount("https://" + address + ":" + port, SERVICE_ACCOUNT, InstantSource.system());
    }

    /**
     * @param folder with {@code token} and {@code ca.crt}
     */
    public static Connection serviceAccount(String baseUrl, Path folder, InstantSource clock) throws IOException {
        Path authority = folder.resolve("ca.crt");
        return withToken(
                baseUrl,
                authority.toString(),
                Files.readAllBytes(authority),
                new TokenFile(folder.resolve("token"), clock));
    }

    /**
     * @param place of the authority, for errors
     * @param token adds it to each request
     */
    static Connection withToken(String baseUrl, String place, byte[] authority, Interceptor token) throws IOException {
        X509TrustManager trust = trust(place, authority);
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {trust}, null);
            return new Connection(
                    new OkHttpClient.Builder()
                            .sslSocketFactory(tls.getSocketFactory(), trust)
                            .protocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1))
                            .pingInterval(Duration.ofSeconds(30))
                            .addInterceptor(token)
                            .build(),
                    baseUrl);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager trust(String place, byte[] authority) throws IOException {
        try (InputStream in = new ByteArrayInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IOException(place + " holds no certificate authority: " + e.getMessage(), e);
        }
    }

    /**
     * The bearer token of a file that the kubelet renews, an hour long by default.
     *
     * <p>Threading: called by every request's thread; one monitor guards the last token read.
     */
    static final class TokenFile implements Interceptor {
        private static final Duration KEPT = Duration.ofMinutes(1);

        private final Path file;
        private final InstantSource clock;
        private String token = "";
        private Instant readAt = Instant.MIN;

        TokenFile(Path file, InstantSource clock) {
            this.file = file;
            this.clock = clock;
        }

        @Override
        public Response intercept(Chain chain) throws IOException {
            return chain.proceed(chain.request()
                    .newBuilder()
                    .header("Authorization", "Bearer " + token())
                    .build());
        }

        private synchronized String token() throws IOException {
            Instant now = clock.instant();
            if (token.isEmpty() || now.isAfter(readAt.plus(KEPT))) {
                token = Files.readString(file).strip();
                readAt = now;
            }
            return token;
        }
    }
}
