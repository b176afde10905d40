package dev.breakwater.apiserver.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import dev.breakwater.apiserver.tls.TrustedServers;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.UnreadableYaml;
import dev.breakwater.yaml.YamlReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Reads the current context of a kubeconfig: certificates and tokens, inline or in files. Credential plugins are not run. */
final class KubeconfigFile {
    private final Path file;
    private final JsonNode root;

    KubeconfigFile(Path file, String text) {
        this.file = file;
        try {
            this.root = new ObjectMapper()
                    .valueToTree(YamlReader.of(Reading.KUBERNETES).value(file.toString(), text));
        } catch (UnreadableYaml e) {
            throw new IllegalArgumentException("kubeconfig " + e.getMessage(), e);
        }
    }

    ClusterAccess access() {
        JsonNode context = named("contexts", root.path("current-context").asText(), "current-context")
                .path("context");
        JsonNode cluster =
                named("clusters", context.path("cluster").asText(), "cluster").path("cluster");
        JsonNode user = named("users", context.path("user").asText(), "user").path("user");
        if (user.has("exec") || user.has("auth-provider")) {
            throw bad("lets a plugin make the credentials, which is not supported; use a certificate or a token");
        }
        return new ClusterAccess(
                URI.create(cluster.path("server").asText()), tls(cluster, identity(user)), token(user));
    }

    private SSLContext tls(JsonNode cluster, @Nullable TlsIdentity identity) {
        if (cluster.path("insecure-skip-tls-verify").asBoolean()) {
            return TrustedServers.withoutVerification(identity);
        }
        String authorities = content(cluster, "certificate-authority");
        return TrustedServers.context(authorities == null ? null : Pem.certificates(authorities), identity);
    }

    private @Nullable TlsIdentity identity(JsonNode user) {
        String certificates = content(user, "client-certificate");
        String key = content(user, "client-key");
        return certificates == null || key == null ? null : TlsIdentity.read(certificates, key);
    }

    private Supplier<@Nullable String> token(JsonNode user) {
        if (user.hasNonNull("token")) {
            String token = user.get("token").asText();
            return () -> token;
        }
        return user.hasNonNull("tokenFile")
                ? new TokenFile(beside(user.get("tokenFile").asText()))
                : () -> null;
    }

    /** Inline under {@code field-data} in base64, or in the file named by {@code field}. */
    private @Nullable String content(JsonNode node, String field) {
        if (node.hasNonNull(field + "-data")) {
            byte[] bytes =
                    Base64.getMimeDecoder().decode(node.get(field + "-data").asText());
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return node.hasNonNull(field)
                ? ClusterAccess.read(beside(node.get(field).asText()))
                : null;
    }

    private Path beside(String name) {
        return file.toAbsolutePath().resolveSibling(name);
    }

    private JsonNode named(String list, String name, String what) {
        for (JsonNode entry : root.path(list)) {
            if (entry.path("name").asText().equals(name)) {
                return entry;
            }
        }
        List<String> names = root.path(list).findValuesAsText("name");
        throw bad("names the " + what + " \"" + name + "\", but under " + list + " there are only " + names);
    }

    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("kubeconfig " + file + " " + what);
    }
}
