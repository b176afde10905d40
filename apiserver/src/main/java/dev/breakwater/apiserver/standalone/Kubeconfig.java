package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Writes kubeconfigs with everything inside: no paths to other files, so that they can be moved. */
final class Kubeconfig {
    private final String server;
    private final String authorityPem;

    /** @param server such as {@code https://127.0.0.1:6443} */
    Kubeconfig(String server, String authorityPem) {
        this.server = server;
        this.authorityPem = authorityPem;
    }

    void withCertificate(Path file, String user, TlsIdentity identity, @Nullable String namespace) {
        write(
                file,
                user,
                "    client-certificate-data: %s%n    client-key-data: %s%n"
                        .formatted(base64(Pem.of(identity.chain())), base64(Pem.of(identity.key()))),
                namespace);
    }

    void withToken(Path file, String user, String token, @Nullable String namespace) {
        write(
                file,
                user,
                "    token: \"%s\"%n".formatted(token.replace("\\", "\\\\").replace("\"", "\\\"")),
                namespace);
    }

    private void write(Path file, String user, String credentials, @Nullable String namespace) {
        PrivateFiles.refresh(file, """
                apiVersion: v1
                kind: Config
                clusters:
                - name: breakwater
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                users:
                - name: %s
                  user:
                %scontexts:
                - name: %s
                  context:
                    cluster: breakwater
                    user: %s
                %scurrent-context: %s
                """.formatted(
                        server,
                        base64(authorityPem),
                        user,
                        credentials,
                        user,
                        user,
                        namespace == null ? "" : "    namespace: %s%n".formatted(namespace),
                        user));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
