package dev.breakwater.controller.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    @Test
    void argumentsOfAControlPlaneThatRunsOnTheNodeItselfAreFactsThatChecksRead() throws Exception {
        process(
                31,
                "/opt/bin/all-in-one",
                "kube-apiserver",
                "--anonymous-auth=false",
                "--profiling",
                "false",
                "--etcd-servers=https://user:secret@host");
        process(32, "etcd", "--name=a");

        NodeFacts facts = collect();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts().get("programs")).containsExactly("kube-apiserver", "etcd");
        // Nothing but what checks read: a command line may hold what is nobody's business.
        assertThat(facts.facts().get("kubeApiserverArguments"))
                .containsExactly("--anonymous-auth=false", "--profiling=false");
        assertThat(facts.facts().get("etcdArguments")).isEmpty();
        List<String> failed = failed(facts);
        assertThat(failed).contains("KCV-0003", "KCV-0042").doesNotContain("KCV-0001", "KCV-0018");
        assertThat(Evidence.missing(checks(), facts.subject("n")))
                .contains("KCV-0041", "KCV-0033", "KCV-0048")
                .doesNotContain("KCV-0001", "KCV-0042");
    }

    /** Its pod is judged already: each finding would count twice. */
    @Test
    void argumentsOfAProcessInAPodAreLeftToThePod() throws Exception {
        process(31, "kube-apiserver", "--anonymous-auth=false");
        Files.writeString(root.resolve("proc/31/status"), "Name:\tkube-apiserver\nNSpid:\t31\t1\n");

        NodeFacts facts = collect();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts().get("programs")).containsExactly("kube-apiserver");
        assertThat(facts.facts()).doesNotContainKey("kubeApiserverArguments");
    }

    @Test
    void everyArgumentThatAChecksParameterNamesIsCollected() throws Exception {
        Set<String> collected = new HashSet<>();
        for (JsonNode row : Tables.read("control-plane.yaml")) {
            row.path("flags").forEach(flag -> collected.add(row.path("program").asText() + " " + flag.asText()));
        }
        for (CheckDefinition check : checks().checks()) {
            if (check.params().get("component") instanceof String program) {
                String text = check.params() + " " + check.fail() + check.message();
                Matcher flag = Pattern.compile("--[a-z][a-z-]+[a-z]").matcher(text);
                while (flag.find()) {
                    assertThat(collected).as(check.id()).contains(program + " " + flag.group());
                }
            }
        }
    }

    /** It once was looked for in the usual place instead, where container runtimes leave an empty folder that is root's. */
    @Test
    void aFolderThatIsNamedAndNotMountedIsNotKnownAndNorIsOneThatTheMountMade() throws Exception {
        Files.createDirectories(root.resolve("var/lib/etcd"));
        assertThat(collect().facts()).doesNotContainKey("etcdDataDirectoryPermissions");

        Files.createDirectories(root.resolve("var/lib/etcd/member"));
        assertThat(collect().facts()).containsKey("etcdDataDirectoryPermissions");

        process(21, "etcd", "--data-dir=/data/etcd");
        NodeFacts facts = collect();
        assertThat(facts.facts()).doesNotContainKey("etcdDataDirectoryPermissions");
        assertThat(facts.unread()).anyMatch(why -> why.startsWith("/data/etcd: named by --data-dir of etcd"));
    }

    @Test
    void settingsOfAKubeletThatWasSeenAreAssessedAndFilesOfAControlPlaneOnAWorkerAreNot() throws Exception {
        assertThat(Evidence.missing(checks(), collect().subject("n"))).contains("KCV-0079", "KCV-0048", "KCV-0071");

        process(9, "kubelet", "--config=/none");
        process(10, "kube-proxy", "--config=/etc/proxy.yaml");

        assertThat(Evidence.missing(checks(), collect().subject("n")))
                .contains("KCV-0048", "KCV-0001")
                .doesNotContain("KCV-0079", "KCV-0071");
    }

    private static List<String> failed(NodeFacts facts) throws InvalidCheck {
        return checks().audit(facts.subject("n")).stream()
                .filter(result -> result.verdict() instanceof Verdict.Failed)
                .map(result -> result.check().id())
                .toList();
    }

    private static CheckSet checks() throws InvalidCheck {
        return CheckSet.builtIn(CheckSet.Options.defaults());
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
