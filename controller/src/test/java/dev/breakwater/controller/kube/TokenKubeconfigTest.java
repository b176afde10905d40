package dev.breakwater.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenKubeconfigTest {
    @TempDir
    Path folder;

    @Test
    void onlyAnAuthorityAndATokenAreReadWithoutTheLargeClient() throws IOException {
        Files.writeString(folder.resolve("ca.crt"), "");
        assertThat(read("server: 'https://host:6443/', certificate-authority: ca.crt", "token: secret"))
                .isEqualTo("https://host:6443");
        assertThat(read("server: 'https://host', certificate-authority-data: ''", "tokenFile: token"))
                .isEqualTo("https://host");
        assertThat(read(
                        "server: 'https://host', certificate-authority: ca.crt",
                        "client-certificate: a, client-key: b"))
                .isEmpty();
        assertThat(read("server: 'https://host', certificate-authority: ca.crt", "exec: {command: login}"))
                .isEmpty();
        assertThat(read("server: 'https://host', certificate-authority: ca.crt", "token: a, tokenFile: b"))
                .isEmpty();
        assertThat(read("server: 'https://host', insecure-skip-tls-verify: true", "token: secret"))
                .isEmpty();
        assertThat(read(
                        "server: 'https://host', certificate-authority: ca.crt, proxy-url: 'http://p'",
                        "token: secret"))
                .isEmpty();
        assertThat(read("server: 'http://host', certificate-authority: ca.crt", "token: secret"))
                .isEmpty();
    }

    @Test
    void aFileThatIsNotThereOrIsNoYamlIsLeftToWhoeverSaysSo() throws IOException {
        assertThat(TokenKubeconfig.connection(folder.resolve("none"), InstantSource.system()))
                .isEmpty();
        Path broken = Files.writeString(folder.resolve("broken"), "a: [");
        assertThat(TokenKubeconfig.connection(broken, InstantSource.system())).isEmpty();
    }

    private String read(String cluster, String user) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), """
                current-context: here
                clusters: [{name: one, cluster: {server: 'https://other', certificate-authority: ca.crt}}, {name: c, cluster: {%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: here, context: {cluster: c, user: u}}]
                """.formatted(cluster, user));
        return TokenKubeconfig.connection(file, InstantSource.system())
                .map(Connection::baseUrl)
                .orElse("");
    }
}
