package dev.breakwater.apiserver.resources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.ApiServer;
import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.apiserver.ApiServerSettings.Standalone;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Stores;
import dev.breakwater.testkit.Kubectl;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl applies on the server's side, against the standalone server (k8s-wire 8.4). */
@NullUnmarked
class KubectlApplyTest {
    @TempDir
    static Path directory;

    private static ReportStore store;
    private static Resources resources;
    private static ApiServer server;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws Exception {
        store = Stores.open(StoreSettings.of(new StoreSettings.Place.Folder(directory.resolve("store"))));
        server = ApiServer.start(
                new ApiServerSettings(
                        "127.0.0.1",
                        0,
                        "0.0.0",
                        Duration.ZERO,
                        Duration.ofSeconds(5),
                        new Standalone(directory.resolve("server"))),
                store,
                (kinds, reports, room, shutdown) -> resources = new Resources(
                        kinds, reports, ResourceSettings.defaults(), room, Clock.systemUTC(), new Random(1), shutdown));
        kubectl = Kubectl.forKubeconfig(directory.resolve("server/kubeconfig"));
    }

    @AfterAll
    static void stop() {
        server.close();
        resources.close();
        store.close();
    }

    private static String framework(String name, String cron) {
        return Api.compliance(name).toString().replace("0 1 * * *", cron);
    }

    private static Kubectl.Result serverSide(String manifest, String... more) {
        String[] arguments =
                java.util.Arrays.copyOf(new String[] {"apply", "--server-side", "-f", "-"}, 4 + more.length);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return kubectl.runWithInput(manifest, arguments);
    }

    private static JsonNode stored(String name) {
        return Api.read(kubectl.succeed("get", "clustercompliancereport", name, "-o", "json", "--show-managed-fields"));
    }

    private static String managers(JsonNode object) {
        return StreamSupport.stream(object.at("/metadata/managedFields").spliterator(), false)
                .map(entry -> entry.path("manager").asText() + " "
                        + entry.path("operation").asText())
                .toList()
                .toString();
    }

    @Test
    void serverSideApplyCreatesConflictsAndForces() {
        Kubectl.Result created = serverSide(framework("served", "0 1 * * *"));
        assertThat(created.exitCode()).as(created.stderr()).isZero();
        assertThat(created.stdout())
                .contains("clustercompliancereport.aquasecurity.github.io/served serverside-applied");
        kubectl.succeed(
                "patch",
                "clustercompliancereport",
                "served",
                "--type=merge",
                "-p",
                "{\"spec\":{\"cron\":\"5 5 * * *\"}}");

        Kubectl.Result refused = serverSide(framework("served", "0 2 * * *"));
        assertThat(refused.exitCode()).isNotZero();
        assertThat(refused.stderr())
                .contains("Apply failed with 1 conflict: conflict with \"kubectl-patch\" using", ".spec.cron")
                .contains("--force-conflicts");

        Kubectl.Result forced = serverSide(framework("served", "0 2 * * *"), "--force-conflicts");
        assertThat(forced.exitCode()).as(forced.stderr()).isZero();
        assertThat(stored("served").at("/spec/cron").asText()).isEqualTo("0 2 * * *");
        assertThat(managers(stored("served"))).isEqualTo("[kubectl Apply]");
    }

    @Test
    void diffShowsWhatServerSideApplyWouldDo() {
        serverSide(framework("compared", "0 1 * * *"));
        Kubectl.Result same =
                kubectl.runWithInput(framework("compared", "0 1 * * *"), "diff", "--server-side", "-f", "-");
        assertThat(same.exitCode()).as(same.stderr() + same.stdout()).isZero();
        Kubectl.Result different =
                kubectl.runWithInput(framework("compared", "0 9 * * *"), "diff", "--server-side", "-f", "-");
        assertThat(different.exitCode()).as(different.stderr()).isEqualTo(1);
        assertThat(different.stdout()).contains("-  cron: 0 1 * * *", "+  cron: 0 9 * * *");
        assertThat(stored("compared").at("/spec/cron").asText()).isEqualTo("0 1 * * *");
    }

    @Test
    void anObjectOfClientSideApplyIsTakenOverWithoutConflicts() {
        kubectl.apply(framework("migrated", "0 1 * * *"));
        assertThat(managers(stored("migrated"))).isEqualTo("[kubectl-client-side-apply Update]");
        Kubectl.Result applied = serverSide(framework("migrated", "0 3 * * *"));
        assertThat(applied.exitCode()).as(applied.stderr()).isZero();
        JsonNode object = stored("migrated");
        assertThat(object.at("/spec/cron").asText()).isEqualTo("0 3 * * *");
        assertThat(managers(object)).contains("kubectl Apply").doesNotContain("kubectl-client-side-apply");
        assertThat(object.at("/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration")
                        .asText())
                .contains("0 3 * * *");
        kubectl.apply(framework("migrated", "0 4 * * *"));
        assertThat(stored("migrated").at("/spec/cron").asText()).isEqualTo("0 4 * * *");
    }

    @Test
    void managedFieldsAreHiddenUnlessAskedFor() {
        serverSide(framework("hidden", "0 1 * * *"));
        assertThat(kubectl.succeed("get", "clustercompliancereport", "hidden", "-o", "yaml"))
                .doesNotContain("managedFields");
    }
}
