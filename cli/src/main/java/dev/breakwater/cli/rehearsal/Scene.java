package dev.breakwater.cli.rehearsal;

import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import dev.breakwater.apiserver.tls.TrustedServers;
import dev.breakwater.controller.kube.Connection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * The files of a rehearsal: an authority, a certificate for this machine, and what a pod finds in its service account's folder.
 *
 * @param folder that all of it lies in
 */
record Scene(Path folder, TlsIdentity identity, Path certificate, Path key) {
    static final String TOKEN = "a-token-of-the-rehearsal";

    static Scene in(Path folder, Clock clock) throws IOException {
        CertificateAuthority authority =
                CertificateAuthority.create("breakwater-rehearsal", clock.instant(), Duration.ofDays(1));
        TlsIdentity identity = authority.issueServer(
                "rehearsal", List.of("127.0.0.1", "localhost"), clock.instant(), Duration.ofDays(1));
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        Files.writeString(certificate, Pem.of(identity.chain()));
        Files.writeString(key, Pem.of(identity.key()));
        Files.writeString(folder.resolve("ca.crt"), Pem.of(List.of(authority.certificate())));
        Files.writeString(folder.resolve("token"), TOKEN);
        return new Scene(folder, identity, certificate, key);
    }

    String authority() throws IOException {
        return Files.readString(folder.resolve("ca.crt"));
    }

    SSLContext trust() throws IOException {
        return TrustedServers.context(Pem.certificates(authority()), null);
    }

    Connection connection(String url, Clock clock) throws IOException {
        return Connection.serviceAccount(url, folder, clock);
    }

    Path kubeconfig(String url) throws IOException {
        return Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: rehearsal
                clusters: [{name: rehearsal, cluster: {server: "%s", certificate-authority: ca.crt}}]
                users: [{name: rehearsal, user: {token: "%s"}}]
                contexts: [{name: rehearsal, context: {cluster: rehearsal, user: rehearsal}}]
                """.formatted(url, TOKEN));
    }
}
