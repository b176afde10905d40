package dev.breakwater.controller.kube;

import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.UnreadableYaml;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;

/**
 * A kubeconfig whose current context has an authority and a bearer token and nothing else, as those of service accounts have: then nothing of
 * client-java is needed, whose client loads a class for each kind of Kubernetes. All others are client-java's.
 */
public final class TokenKubeconfig {
    private static final Set<String> CLUSTER_KEYS =
            Set.of("server", "certificate-authority", "certificate-authority-data");
    private static final Set<String> USER_KEYS = Set.of("token", "tokenFile");

    private TokenKubeconfig() {}

    /** Empty where the file asks for more, is broken or is not there: whoever reads it then says so. */
    public static Optional<Connection> connection(Path kubeconfig, InstantSource clock) throws IOException {
        if (!(load(kubeconfig) instanceof Map<?, ?> root)) {
            return Optional.empty();
        }
        Map<?, ?> context = named(root, "contexts", root.get("current-context"), "context");
        Map<?, ?> cluster = named(root, "clusters", context.get("cluster"), "cluster");
        Map<?, ?> user = named(root, "users", context.get("user"), "user");
        if (!(cluster.get("server") instanceof String server)
                || !server.startsWith("https://")
                || !CLUSTER_KEYS.containsAll(cluster.keySet())
                || !USER_KEYS.containsAll(user.keySet())) {
            return Optional.empty();
        }
        Interceptor token = token(kubeconfig, user, clock);
        byte[] authority = authority(kubeconfig, cluster);
        return token == null || authority == null
                ? Optional.empty()
                : Optional.of(
                        Connection.withToken(server.replaceAll("/+$", ""), kubeconfig.toString(), authority, token));
    }

    private static @Nullable Interceptor token(Path kubeconfig, Map<?, ?> user, InstantSource clock) {
        if (user.get("token") instanceof String token && !user.containsKey("tokenFile")) {
            return chain -> chain.proceed(chain.request()
                    .newBuilder()
                    .header("Authorization", "Bearer " + token)
                    .build());
        }
        return user.get("tokenFile") instanceof String file && !user.containsKey("token")
                ? new Connection.TokenFile(kubeconfig.toAbsolutePath().resolveSibling(file), clock)
                : null;
    }

    private static byte @Nullable [] authority(Path kubeconfig, Map<?, ?> cluster) throws IOException {
        if (cluster.get("certificate-authority-data") instanceof String text) {
            return Base64.getMimeDecoder().decode(text);
        }
        return cluster.get("certificate-authority") instanceof String file
                ? Files.readAllBytes(kubeconfig.toAbsolutePath().resolveSibling(file))
                : null;
    }

    private static Map<?, ?> named(Map<?, ?> root, String list, @Nullable Object name, String what) {
        if (name != null && root.get(list) instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> map
                        && name.equals(map.get("name"))
                        && map.get(what) instanceof Map<?, ?> found) {
                    return found;
                }
            }
        }
        return Map.of();
    }

    private static @Nullable Object load(Path kubeconfig) throws IOException {
        try {
            return YamlReader.of(Reading.KUBERNETES).value(kubeconfig.toString(), Files.readString(kubeconfig));
        } catch (NoSuchFileException | UnreadableYaml e) {
            return null;
        }
    }
}
