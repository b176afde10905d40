package dev.breakwater.controller.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeCollectorTest {
    @TempDir
    Path root;

    private String owner;

    @BeforeEach
    void nameTheOwner() throws IOException {
        Object uid = Files.getAttribute(root, "unix:uid");
        Object gid = Files.getAttribute(root, "unix:gid");
        file("/etc/passwd", "rw-r--r--", "keeper:x:" + uid + ":" + gid + "::/:/bin/false\n");
        file("/etc/group", "rw-r--r--", "keepers:x:" + gid + ":\n");
        // 0 has its name before any file is read.
        owner = (uid.equals(0) ? "root" : "keeper") + ":" + (gid.equals(0) ? "root" : "keepers");
        Files.createDirectories(root.resolve("proc"));
    }

    @Test
    void modesAreOctalDigitsAndOwnersAreNames() throws IOException {
        file("/etc/kubernetes/manifests/kube-apiserver.yaml", "rw-r-----", "");

        NodeFacts facts = collect();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts().get("kubeAPIServerSpecFilePermission")).containsExactly(640L);
        assertThat(facts.facts().get("kubeAPIServerSpecFileOwnership")).containsExactly(owner);
    }

    @Test
    void whatIsNotThereIsNoFact() {
        NodeFacts facts = collect();

        assertThat(facts.type()).isEqualTo("worker");
        assertThat(facts.facts()).isEmpty();
        assertThat(facts.unread()).isEmpty();
    }

    @Test
    void theFirstCandidateThatExistsIsLookedAt() throws IOException {
        file("/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml", "rw-------", "");

        NodeFacts facts = collect();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts().get("kubeAPIServerSpecFilePermission")).containsExactly(600L);
    }

    @Test
    void keysAndCertificatesAreToldApartBelowThePkiFolder() throws IOException {
        file("/etc/kubernetes/pki/ca.crt", "rw-r--r--", "");
        file("/etc/kubernetes/pki/ca.key", "rw-------", "");
        file("/etc/kubernetes/pki/etcd/server.key", "rw-r-----", "");

        NodeFacts facts = collect();

        assertThat(facts.facts().get("kubePKIKeyFilePermissions")).containsExactly(600L, 640L);
        assertThat(facts.facts().get("kubernetesPKICertificateFilePermissions")).containsExactly(644L);
        assertThat(facts.facts().get("kubePKIDirectoryFileOwnership")).containsExactly(owner);
    }

    @Test
    void foldersOfTheNetworkPluginAreNotTakenForItsFiles() throws IOException {
        file("/etc/cni/net.d/10-bridge.conflist", "rw-------", "");
        file("/etc/cni/net.d/more/token", "rw-r--r--", "");

        assertThat(collect().facts().get("containerNetworkInterfaceFilePermissions"))
                .containsExactly(600L, 644L);
    }

    @Test
    void flagsOfProcessesNameFilesAndWinOverTheUsualPlaces() throws IOException {
        process(17, "/usr/bin/kubelet", "--kubeconfig", "/etc/own/kubelet.conf", "--config=/etc/own/config.yaml");
        process(21, "etcd", "--data-dir=/data/etcd");
        file("/etc/kubernetes/kubelet.conf", "rw-rw-rw-", "");
        file("/etc/own/kubelet.conf", "rw-------", "");
        file("/etc/own/config.yaml", "rw-r--r--", "readOnlyPort: 10255\n");
        Files.createDirectories(root.resolve("data/etcd"));
        Files.setPosixFilePermissions(root.resolve("data/etcd"), PosixFilePermissions.fromString("rwx------"));

        NodeFacts facts = collect();

        assertThat(facts.facts().get("kubeletConfFilePermissions")).containsExactly(600L);
        assertThat(facts.facts().get("kubeletConfigYamlConfigurationFilePermission"))
                .containsExactly(644L);
        assertThat(facts.facts().get("kubeletReadOnlyPortArgumentSet")).containsExactly(10255L);
        assertThat(facts.facts().get("etcdDataDirectoryPermissions")).containsExactly(700L);
    }

    @Test
    void flagsOfTheKubeletWinOverItsConfiguration() throws IOException {
        file("/etc/kubernetes/pki/ca.crt", "rw-r--r--", "");
        file("/var/lib/kubelet/config.yaml", "rw-r--r--", """
                authentication:
                  anonymous: {enabled: true}
                  x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}
                authorization: {mode: Webhook}
                streamingConnectionIdleTimeout: 0s
                tlsCipherSuites: [TLS_A, TLS_B]
                featureGates: {RotateKubeletServerCertificate: true}
                """);
        process(9, "kubelet", "--anonymous-auth=false", "--feature-gates=A=true,RotateKubeletServerCertificate=false");

        NodeFacts facts = collect();

        assertThat(facts.facts().get("kubeletAnonymousAuthArgumentSet")).containsExactly("false");
        assertThat(facts.facts().get("kubeletAuthorizationModeArgumentSet")).containsExactly("Webhook");
        assertThat(facts.facts().get("kubeletClientCaFileArgumentSet")).containsExactly("/etc/kubernetes/pki/ca.crt");
        assertThat(facts.facts().get("certificateAuthoritiesFilePermissions")).containsExactly(644L);
        assertThat(facts.facts().get("kubeletStreamingConnectionIdleTimeoutArgumentSet"))
                .containsExactly("0s");
        assertThat(facts.facts().get("kubeletOnlyUseStrongCryptographic")).containsExactly("TLS_A", "TLS_B");
        assertThat(facts.facts().get("kubeletRotateKubeletServerCertificateArgumentSet"))
                .containsExactly("false");
    }

    @Test
    void aConfigurationThatIsNoYamlIsNamedAndTheRestIsStillRead() throws IOException {
        file("/var/lib/kubelet/config.yaml", "rw-r--r--", "a: [");

        NodeFacts facts = collect();

        assertThat(facts.unread()).containsExactly("/var/lib/kubelet/config.yaml: no valid YAML");
        assertThat(facts.facts().get("kubeletConfigYamlConfigurationFilePermission"))
                .containsExactly(644L);
    }

    @Test
    void whatIsPrintedIsWhatIsReadBack() throws IOException {
        file("/etc/kubernetes/admin.conf", "rw-------", "");
        NodeFacts facts = collect();

        assertThat(facts.line()).doesNotContain("\n");
        assertThat(NodeFacts.parse("NOTE: options picked up\n" + facts.line() + "\nbye\n"))
                .contains(facts);
    }

    private NodeFacts collect() {
        return new NodeCollector(root).collect();
    }

    @Test
    void theKubeletIsFoundInAProgramOfSeveralToo() throws IOException {
        process(7, "/usr/bin/man", "kubelet");
        process(8, "/usr/local/bin/hyperkube", "kubelet", "--anonymous-auth=true");
        assertThat(collect().facts().get("kubeletAnonymousAuthArgumentSet")).isEqualTo(List.of("true"));
    }

    private void process(int id, String... arguments) throws IOException {
        file("/proc/" + id + "/cmdline", "r--r--r--", String.join("\0", List.of(arguments)) + "\0");
    }

    private void file(String path, String permissions, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
