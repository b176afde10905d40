package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.kubernetes.PolicyNode;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.rego.RegoPolicies;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The line of objects that wait for policies; Job controller, kubelet and Trivy are played. */
@NullUnmarked
class PolicyAuditsTest {
    private static final String HASH = "any";

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));

    @TempDir
    Path folder;

    private InMemoryKubernetes cluster;
    private PolicyNode node;
    private CurrentCheckSet current;
    private PolicyAudits audits;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = new InMemoryKubernetes();
        node = new PolicyNode(cluster);
        current = new CurrentCheckSet(AuditSettings.defaults(), Optional.empty());
        KubeApi api = new KubeApi(cluster.client(), Pause.sleeping());
        Pause shortened = Pauses.shortened();
        RegoJobs jobs = new RegoJobs(
                api, "breakwater", ScannerSettings.defaults(), JobSettings.defaults(), folder, now::get, shortened);
        audits = new PolicyAudits(api, jobs, current, new UndecidedChecks(), Pauses.loops(), now::get, shortened);
    }

    @AfterEach
    void stop() {
        audits.close();
        cluster.close();
    }

    private AuditKey service(String name) {
        ObjectNode object = Objects.object("v1", "Service", "shop", name);
        cluster.put("/api/v1/namespaces/shop/services", object);
        return new AuditKey(AuditedKind.SERVICE, "shop", name);
    }

    private void policy(String name) throws Exception {
        current.replaceOwn(
                Map.of(),
                RegoPolicies.of(
                        Map.of("policy." + name + ".rego", PolicyNode.POLICY, "policy." + name + ".kinds", "Service")));
    }

    @Test
    void whatIsAskedForAgainWhileItsBatchRunsIsJudgedOnce() throws Exception {
        AuditKey key = service("s");
        policy("unwanted");
        AtomicInteger pending = new AtomicInteger();
        node.before(() -> {
            if (node.batches() == 0) {
                audits.ask(key, HASH);
                pending.set(audits.pending());
            }
        });
        audits.ask(key, HASH);
        audits.start(any -> {});
        await().atMost(60, SECONDS).until(() -> node.batches() > 0 && audits.pending() == 0);
        // It was in the batch, and waited beside it.
        assertThat(pending).hasValue(2);
        assertThat(node.judged()).containsExactly("Service s");
    }

    @Test
    void aPolicyWhoseKeyIsAsLongAsKeysMayBeIsRun() throws Exception {
        AuditKey key = service("s");
        policy("a".repeat(240));
        audits.ask(key, HASH);
        audits.start(any -> {});
        await().atMost(60, SECONDS)
                .until(() -> audits.pending() == 0 && audits.notRun().isEmpty());
        assertThat(node.judged()).containsExactly("Service s");
    }

    @Test
    void anObjectThatCouldNotBeReadKeepsItsPlaceInTheLine() throws Exception {
        AuditKey key = service("s");
        policy("unwanted");
        cluster.refuse(call -> call.path().endsWith("/services/s"), 403);
        audits.ask(key, HASH);
        audits.start(any -> {});
        await().atMost(60, SECONDS).until(() -> audits.notRun().isPresent());
        cluster.refuseNothing();
        now.set(now.get().plus(Duration.ofMinutes(31)));
        await().atMost(60, SECONDS).until(() -> node.judged().contains("Service s"));
    }

    @Test
    void aBatchThatIsTooMuchForAJobIsHalvedUntilItIsNot() throws Exception {
        policy("unwanted");
        for (int i = 0; i < 5; i++) {
            audits.ask(service("s" + i), HASH);
        }
        node.failsAbove(2);
        audits.start(any -> {
            if (audits.notRun().isPresent()) {
                now.set(now.get().plus(Duration.ofMinutes(31)));
            }
        });
        await().atMost(60, SECONDS).until(() -> node.judged().size() >= 5);
        assertThat(node.judged())
                .containsExactlyInAnyOrder("Service s0", "Service s1", "Service s2", "Service s3", "Service s4");
    }

    @Test
    void aJobIsBoundedInTimeAndSizeAndSoIsWhatItLeavesBehind() throws Exception {
        AuditKey key = service("s");
        policy("unwanted");
        AtomicReference<JsonNode> job = new AtomicReference<>();
        node.before(() -> job.set(cluster.get("/apis/batch/v1/namespaces/breakwater/jobs/breakwater-policies")));
        audits.ask(key, HASH);
        audits.start(any -> {});
        await().atMost(60, SECONDS).until(() -> !node.judged().isEmpty());
        assertThat(job.get().at("/spec/ttlSecondsAfterFinished").asInt()).isBetween(1, 120);
        // Of a result, 8 MiB, for all of it is in memory.
        assertThat(job.get().at("/spec/template/spec/containers/0/command/2").asText())
                .contains("-gt 8388608 ]");
        assertThat(job.get().at("/spec/template/spec/containers/0/args/2").asText())
                .isEqualTo("300");
    }
}
