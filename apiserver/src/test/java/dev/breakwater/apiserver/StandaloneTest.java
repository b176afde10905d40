package dev.breakwater.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.ApiServerSettings.Standalone;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.testkit.Kubectl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Without a cluster, driven by the real kubectl. Each test starts the server with the users that it needs. */
@NullUnmarked
class StandaloneTest {
    private static final String USERS = """
            users:
              - name: alice
                groups: [team-a]
                roles:
                  - namespaces: [team-a]
                    resources: [vulnerabilityreports, configauditreports]
                    verbs: [get, list, watch]
              - name: bob
                token: bobs-long-token
                roles:
                  - resources: [clustercompliancereports, clustercompliancereports/status]
                    verbs: ["*"]
            """;

    @TempDir
    Path directory;

    private ReportStore store;
    private ApiServer server;

    private void start(String users) throws IOException {
        Files.createDirectories(directory.resolve("server"));
        Path file = directory.resolve("server/users.yaml");
        Files.writeString(file, users);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(directory.resolve("store"))));
        restart();
    }

    private void restart() {
        server = ApiServer.start(
                new ApiServerSettings(
                        "127.0.0.1",
                        0,
                        "0.0.0",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new Standalone(directory.resolve("server"))),
                store,
                Reports::endpoint);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
        if (store != null) {
            store.close();
        }
    }

    private Kubectl kubectl(String file) throws Exception {
        return Kubectl.forKubeconfig(directory.resolve("server").resolve(file));
    }

    @Test
    void kubectlFindsVersionKindsAndNamespaces() throws Exception {
        start(USERS);
        Kubectl admin = kubectl("kubeconfig");
        assertThat(admin.succeed("version")).contains("Server Version: v1.34.2+breakwater-0.0.0");
        assertThat(admin.succeed("api-resources", "--no-headers", "-o", "name"))
                .contains("vulnerabilityreports.aquasecurity.github.io", "imagescans.breakwater.dev", "namespaces");
        assertThat(admin.succeed("get", "namespaces", "-o", "name")).isEqualTo("namespace/default\n");
        assertThat(admin.succeed("get", "namespace", "anything", "-o", "name")).isEqualTo("namespace/anything\n");
        assertThat(admin.run("get", "vulns", "-A").stderr()).contains("No resources found");
        assertThat(admin.succeed("explain", "vuln.report.artifact"))
                .contains("GROUP:", "aquasecurity.github.io", "digest", "Digest of the image");
    }

    @Test
    void aNamespaceExistsByHoldingAReport() throws Exception {
        start(USERS);
        Kubectl admin = kubectl("kubeconfig");
        admin.apply(Reports.vulnerabilityReport("team-a", "web"));
        admin.apply(Reports.vulnerabilityReport("team-a", "web-2"));
        admin.apply(Reports.vulnerabilityReport("team-b", "web"));
        assertThat(admin.succeed("get", "namespaces", "-o", "name"))
                .isEqualTo("namespace/default\nnamespace/team-a\nnamespace/team-b\n");
        assertThat(kubectl("users/alice.kubeconfig").succeed("get", "vulns", "--no-headers"))
                .contains("web ", "web-2", "shop/web", "Trivy");
    }

    @Test
    void aTeamSeesItsNamespaceAndNoOther() throws Exception {
        start(USERS);
        Kubectl alice = kubectl("users/alice.kubeconfig");
        assertThat(alice.run("get", "vulns").stderr()).contains("No resources found in team-a namespace");
        assertThat(alice.run("get", "vulns", "-n", "team-b").stderr())
                .contains(
                        "vulnerabilityreports.aquasecurity.github.io is forbidden: User \"alice\" cannot list resource"
                                + " \"vulnerabilityreports\" in API group \"aquasecurity.github.io\" in the namespace"
                                + " \"team-b\"");
        assertThat(alice.run("get", "vulns", "-A").stderr()).contains("at the cluster scope");
        assertThat(alice.run("get", "sboms").stderr()).contains("Forbidden");
    }

    @Test
    void authCanIAndWhoamiAnswer() throws Exception {
        start(USERS);
        Kubectl alice = kubectl("users/alice.kubeconfig");
        assertThat(alice.run("auth", "can-i", "list", "vulns").stdout()).isEqualTo("yes\n");
        assertThat(alice.run("auth", "can-i", "delete", "vulns").stdout()).isEqualTo("no\n");
        assertThat(alice.run("auth", "can-i", "list", "vulns", "-n", "team-b").stdout())
                .isEqualTo("no\n");
        assertThat(alice.succeed("auth", "whoami")).contains("alice", "[team-a system:authenticated]");
        assertThat(alice.succeed("auth", "can-i", "--list")).contains("vulnerabilityreports", "[get list watch]");
        assertThat(kubectl("kubeconfig").succeed("auth", "can-i", "*", "*")).isEqualTo("yes\n");
        Kubectl bob = kubectl("users/bob.kubeconfig");
        assertThat(bob.succeed("auth", "can-i", "update", "compliance", "--subresource=status"))
                .isEqualTo("yes\n");
        assertThat(bob.succeed("auth", "whoami", "-o", "json")).contains("\"username\": \"bob\"");
    }

    @Test
    void theAdminSeesWithAsWhatAnotherUserSees() throws Exception {
        start(USERS);
        Kubectl admin = kubectl("kubeconfig");
        admin.apply(Reports.vulnerabilityReport("team-a", "web"));
        assertThat(admin.succeed("get", "vulns", "-n", "team-a", "--as", "alice", "--no-headers"))
                .contains("web");
        assertThat(admin.run("get", "vulns", "-n", "team-b", "--as", "alice").stderr())
                .contains("User \"alice\" cannot list resource \"vulnerabilityreports\"");
        assertThat(admin.run("auth", "can-i", "delete", "vulns", "-n", "team-a", "--as", "alice")
                        .stdout())
                .isEqualTo("no\n");
        assertThat(admin.succeed("auth", "whoami", "--as", "carol", "--as-group", "dev"))
                .contains("carol", "[dev system:authenticated]");
        assertThat(admin.succeed("auth", "whoami", "--as", "system:serviceaccount:ci:bot"))
                .contains("system:serviceaccount:ci:bot", "system:serviceaccounts:ci");
        // Nobody has given it any right.
        assertThat(admin.run("get", "vulns", "-n", "team-a", "--as", "nobody").stderr())
                .contains("User \"nobody\" cannot list");
        assertThat(admin.succeed("get", "vulns", "-A", "--as", "root", "--as-group", "system:masters", "--no-headers"))
                .contains("web");
    }

    @Test
    void whoMayNotImpersonateIsRefusedAndNeverServedAsHimself() throws Exception {
        start(USERS);
        for (String user : List.of("alice", "bob")) {
            Kubectl kubectl = kubectl("users/" + user + ".kubeconfig");
            // kubectl shows the reason of a refused discovery as "unknown", whoever refuses.
            kubectl.succeed("api-resources");
            assertThat(kubectl.run("get", "vulns", "-n", "team-a", "--as", "admin")
                            .stderr())
                    .contains("users \"admin\" is forbidden: User \"" + user
                            + "\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope");
            assertThat(kubectl.run("get", "vulns", "-n", "team-a", "--as", user).stderr())
                    .contains("cannot impersonate");
        }
    }

    @Test
    void aRoleMayAllowUsersAndStillNoGroups() throws Exception {
        start("""
                users:
                  - name: help
                    roles:
                      - resources: [users]
                        verbs: [impersonate]
                  - name: alice
                    roles:
                      - resources: [vulnerabilityreports]
                        verbs: [list]
                """);
        Kubectl help = kubectl("users/help.kubeconfig");
        assertThat(help.run("get", "vulns", "-A", "--as", "alice").stderr()).contains("No resources found");
        assertThat(help.run("get", "vulns", "-A", "--as", "alice", "--as-group", "system:masters")
                        .stderr())
                .contains("cannot impersonate resource \"groups\"");
        assertThat(help.run("get", "vulns", "-A", "--as", "alice", "--as-uid", "7")
                        .stderr())
                .contains("cannot impersonate resource \"uids\"");
    }

    @Test
    void kubeconfigsStayGoodOverARestartOnAnotherPort() throws Exception {
        start(USERS);
        String before = Files.readString(directory.resolve("server/ca.crt"));
        server.close();
        restart();
        assertThat(Files.readString(directory.resolve("server/ca.crt"))).isEqualTo(before);
        kubectl("kubeconfig").succeed("get", "--raw", "/readyz");
    }

    @Test
    void whatGivesRightsIsReadableForItsOwnerOnly() throws Exception {
        start(USERS);
        for (String file : new String[] {"kubeconfig", "ca.key", "users/alice.kubeconfig"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            directory.resolve("server").resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "users: [{name: a, roles: [{namespace: [x], resources: [y], verbs: [get]}]}] | unknown key namespace",
                "users: [{name: a, roles: [{namespaces: [], resources: [y], verbs: [get]}]}] | must not be empty",
                "users: [{name: ../a}]                                                      | users[0].name must be",
                "users: [{name: a}, {name: a}]                                              | twice",
                "users: [{name: a, roles: [], roles: []}]                                   | duplicate key roles",
                "users: [{name: a, token: short}]                                           | at least 8 characters",
                "user: []                                                                   | unknown key user",
            })
    void aUsersFileThatMeansSomethingElseStopsTheStart(String users, String words) {
        assertThatThrownBy(() -> start(users))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("users.yaml")
                .hasMessageContaining(words);
    }

    @Test
    void aUsersFileWithTokensThatEverybodyMayReadStopsTheStartAndSaysHowToMendIt() throws Exception {
        start(USERS);
        stop();
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(directory.resolve("store"))));
        Path file = directory.resolve("server/users.yaml");
        for (String mode : List.of("rw-r--r--", "rw----r--", "rw-----w-", "rw-rw-rw-")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
            assertThatThrownBy(this::restart)
                    .as(mode)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tokens of users")
                    .hasMessageContaining("chmod 600 " + file);
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        restart();
        server.close();
        Files.setPosixFilePermissions(directory.resolve("server/ca.key"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::restart).hasMessageContaining("ca.key").hasMessageContaining("chmod 600");
    }

    @Test
    void usersOfASecretVolumeOrWithoutTokensAreTakenWithTheModesTheyHave() throws Exception {
        start("users: [{name: carol}]");
        Path file = directory.resolve("server/users.yaml");
        server.close();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        restart();
        server.close();
        // As the kubelet mounts a Secret.
        Path mounted = Files.createDirectories(directory.resolve("server/..2026_01_31_10_00_00.1234"));
        Files.writeString(mounted.resolve("users.yaml"), USERS);
        Files.setPosixFilePermissions(mounted.resolve("users.yaml"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(file);
        Files.createSymbolicLink(file, mounted.resolve("users.yaml"));
        restart();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("server/users"))))
                .isEqualTo("rwx------");
    }

    @Test
    void damageFailsReadinessAndIsSaidInWordsAndAStoredReportIsNeverNotFound() throws Exception {
        start(USERS);
        Kubectl admin = kubectl("kubeconfig");
        admin.apply(Reports.vulnerabilityReport("team-a", "web"));
        assertThat(admin.succeed("get", "--raw", "/readyz?verbose")).contains("[+]store-integrity ok");
        try (var connection =
                        java.sql.DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store/store.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE head SET meta = zeroblob(length(meta))");
        }
        assertThat(admin.run("get", "vulns", "-n", "team-a", "web").stderr())
                .contains("the report store is damaged")
                .contains("breakwater verify")
                .contains("team-a/web")
                .doesNotContain("not found");
        assertThat(admin.run("get", "vulns", "-A").stderr()).contains("damaged");
        assertThat(admin.run("get", "--raw", "/readyz").stderr()).contains("[-]store-integrity failed");
        assertThat(admin.succeed("get", "--raw", "/readyz?exclude=store-integrity"))
                .isEqualTo("ok");
        assertThat(admin.succeed("get", "--raw", "/livez")).isEqualTo("ok");
    }

    @Test
    void aReviewThatIsNoJsonIs4xx() throws Exception {
        start(USERS);
        Kubectl admin = kubectl("kubeconfig");
        Kubectl.Result result = admin.runWithInput(
                "nonsense", "create", "--raw", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "-f", "-");
        assertThat(result.stderr()).contains("cannot be read as a review");
    }
}
