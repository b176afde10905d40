package dev.breakwater.cli.uninstall;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import picocli.CommandLine;

/** The manifests of this repository on a real control plane, whose APIServices nobody answers: no pod runs there, as after {@code delete all --all}. */
@Tag("cluster")
@NullUnmarked
class UninstallClusterTest {
    private static final String EVERYTHING =
            "apiservices,clusterroles,clusterrolebindings,namespaces,persistentvolumeclaims,"
                    + "deployments,services,serviceaccounts,configmaps,roles,rolebindings,networkpolicies,secrets";

    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.alone();

    private Kubectl kubectl;

    record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void install() {
        kubectl = CONTROL_PLANE.cluster().kubectl();
        kubectl.succeed("apply", "-k", "../manifests/base");
        await().atMost(60, SECONDS).until(() -> apiServices().contains("False"));
    }

    @AfterEach
    void leaveNothing() {
        run("--yes");
    }

    @Test
    void whatHungIsDeletedWhatRunsGoesAndReportsOnlyWhenSomebodySaysSo() {
        String stuck = kubectl.createNamespace("stuck");
        kubectl.succeed("delete", "namespace", stuck, "--wait=false");
        await().atMost(60, SECONDS)
                .until(() -> kubectl.succeed("get", "namespace", stuck, "-o", "yaml")
                        .contains("NamespaceDeletionDiscoveryFailure"));
        List<String> before = left();
        assertThat(before).contains("namespace/breakwater", "persistentvolumeclaim/breakwater-apiserver");

        Run dry = run("--dry-run");
        assertThat(dry.exitCode()).as(dry.err()).isZero();
        assertThat(dry.out().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).startsWith("would delete APIService "));
        assertThat(left()).isEqualTo(before);

        Run unanswered = run();
        assertThat(unanswered.exitCode()).isEqualTo(2);
        assertThat(unanswered.err()).contains("--yes").contains("--keep-reports");
        assertThat(left()).isEqualTo(before);

        Run kept = run("--keep-reports");
        assertThat(kept.exitCode()).as(kept.err()).isZero();
        assertThat(kept.out()).contains("kept PersistentVolumeClaim breakwater/breakwater-apiserver");
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(left())
                        .containsExactlyInAnyOrder(
                                "namespace/breakwater", "persistentvolumeclaim/breakwater-apiserver"));
        await().atMost(60, SECONDS)
                .until(() -> kubectl.run("get", "namespace", stuck).exitCode() != 0);

        Run rest = run("--yes");
        assertThat(rest.exitCode()).as(rest.err()).isZero();
        await().atMost(60, SECONDS).untilAsserted(() -> assertThat(left()).isEmpty());
        assertThat(run("--yes").out()).startsWith("There is nothing with the label");
    }

    private String apiServices() {
        return kubectl.succeed("get", "apiservices", "-l", "app.kubernetes.io/part-of=breakwater");
    }

    private List<String> left() {
        return kubectl.succeed(
                        "get",
                        EVERYTHING,
                        "-A",
                        "-l",
                        "app.kubernetes.io/part-of=breakwater",
                        "-o",
                        "name",
                        "--ignore-not-found")
                .lines()
                .map(name -> name.replaceFirst("\\.[a-z0-9.]+/", "/"))
                .sorted()
                .toList();
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new UninstallCommand(new StringReader(""), false))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--kubeconfig=" + CONTROL_PLANE.cluster().kubeconfig());
        int code = command.execute(all.toArray(String[]::new));
        return new Run(code, out.toString(), err.toString());
    }
}
