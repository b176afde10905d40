package dev.breakwater.apiserver.cluster;

import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TrustedServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the cluster is and how we prove who we are.
 *
 * @param token asked before each request, since service account tokens change about every hour; gives {@code null} for none
 */
public record ClusterAccess(URI server, SSLContext tls, Supplier<@Nullable String> token) {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    /**
     * As the service account of the pod.
     *
     * @throws IllegalArgumentException outside of a pod
     */
    public static ClusterAccess ofPod(Map<String, String> environment) {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        if (host == null) {
            throw new IllegalArgumentException(
                    "KUBERNETES_SERVICE_HOST is not set: this is no pod; name a kubeconfig, or serve standalone");
        }
        String literal = host.contains(":") ? "[" + host + "]" : host;
        return new ClusterAccess(
                URI.create("https://" + literal + ":" + port),
                TrustedServers.context(Pem.certificates(read(SERVICE_ACCOUNT.resolve("ca.crt"))), null),
                new TokenFile(SERVICE_ACCOUNT.resolve("token")));
    }

    /**
     * As the user of the current context of a kubeconfig.
     *
     * @throws IllegalArgumentException with what is wrong in it
     */
    public static ClusterAccess ofKubeconfig(Path file) {
        return new KubeconfigFile(file, read(file)).access();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
