package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.kubernetes.Disturbance;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes.Call;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.lease.LeaseSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However far a start came, and whatever failed in it, the controller ends. */
@NullUnmarked
@Timeout(90)
class ControllerEndTest extends ControllerScene {
    private static final LeaseSettings NO_LEASE =
            new LeaseSettings(false, "", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    private static final LeaseSettings LEASE =
            new LeaseSettings(true, "lease", Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofMillis(200));

    private ControllerSettings settings(LeaseSettings lease, Path workFolder) {
        return settings(RetrySettings.defaults(), lease, AuditSettings.defaults(), workFolder);
    }

    @Test
    void aControllerThatNeverRanIsClosedAtOnceAndRunsNoMore() throws Exception {
        Controller never =
                new Controller(settings(NO_LEASE, folder), cluster.client(), Clock.systemUTC(), Pauses.shortened());
        never.close();
        assertThat(never.run()).isEqualTo(Controller.End.CLOSED);
        assertThat(cluster.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing", "file"})
    void aWorkFolderThatCannotBeUsedIsAnErrorInWordsAndCloseEnds(String what) throws Exception {
        Path unusable = folder.resolve(what);
        if (what.equals("file")) {
            Files.writeString(unusable, "no folder");
        }
        begin(settings(NO_LEASE, unusable));
        assertThatThrownBy(() -> end.get(30, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "--work-folder", unusable.toString(), what.equals("file") ? "no folder" : "does not exist");
        stopController();
    }

    @Test
    void aPortOfTheProbesThatIsTakenIsAnErrorInWordsAndCloseEnds() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            ControllerSettings free = settings(NO_LEASE, folder);
            begin(free.with(ControllerSettings.PROBE_PORT, taken.getLocalPort()));
            assertThatThrownBy(() -> end.get(30, SECONDS))
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(Integer.toString(taken.getLocalPort()), "cannot be listened on");
        }
        stopController();
        assertThat(folder).isEmptyDirectory();
    }

    /** Each of these keeps the start from going on, in silence. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/leases", "/vulnerabilityreports", "/jobs", "/pods", "/nodes", "/clustercompliancereports"})
    void closeEndsAStartThatGetsNoAnswer(String path) throws Exception {
        CountDownLatch silence = new CountDownLatch(1);
        Predicate<Call> held = call -> call.path().contains(path);
        cluster.disturb(held, Disturbance.silence(silence));
        try {
            begin(settings(LEASE, folder));
            await().atMost(30, SECONDS).until(() -> cluster.calls().stream().anyMatch(held));
            stopController();
            assertThat(end.get(1, SECONDS)).isEqualTo(Controller.End.CLOSED);
            assertThat(folder).isEmptyDirectory();
        } finally {
            silence.countDown();
        }
    }

    @Test
    void anApiThatAnswersNoMoreIsWhyTheLeaseIsLost() throws Exception {
        begin(settings(LEASE, folder));
        await().atMost(60, SECONDS).until(controller::isReady);
        CountDownLatch silence = new CountDownLatch(1);
        cluster.disturb(call -> true, Disturbance.silence(silence));
        try {
            assertThat(end.get(60, SECONDS)).isEqualTo(Controller.End.LEASE_LOST);
            assertThat(controller.whyLost())
                    .contains("the Lease breakwater/lease could not be renewed in time: the API server did not answer")
                    .doesNotContain("another controller");
        } finally {
            silence.countDown();
        }
    }

    @Test
    void anotherHolderIsWhyTheLeaseIsLost() throws Exception {
        begin(settings(LEASE, folder));
        await().atMost(60, SECONDS).until(controller::isReady);
        String leases = "/apis/coordination.k8s.io/v1/namespaces/breakwater/leases";
        var lease = cluster.get(leases + "/lease");
        lease.withObject("/spec").put("holderIdentity", "somebody-else").put("leaseDurationSeconds", 3600);
        lease.withObject("/spec").put("renewTime", "2099-01-01T00:00:00.000000Z");
        cluster.put(leases, lease);
        assertThat(end.get(60, SECONDS)).isEqualTo(Controller.End.LEASE_LOST);
        assertThat(controller.whyLost())
                .contains("another controller, somebody-else, holds the Lease breakwater/lease");
    }
}
