package dev.breakwater.controller.audit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Users' checks in an audit: which objects they reach, and what is said of those that are broken. */
@NullUnmarked
class OwnChecksTest extends AuditScene {
    private static final String TEAM_CHECK = """
            id: TEAM-1
            severity: LOW
            title: Service without an owner
            description: d
            remediation: r
            match: {kinds: [Service]}
            fail: "!object.metadata.?labels.?owner.hasValue()"
            message: name + " has no owner"
            """;

    @Test
    void aChangedOwnCheckAuditsExactlyTheObjectsItTargets() throws Exception {
        pod("shop", "a");
        service("s");
        start();
        awaitReport("namespaces/shop/configauditreports/pod-a");
        awaitReport("namespaces/shop/configauditreports/service-s");
        await().until(() -> audit.audited() == 2);

        ObjectNode configMap = Objects.object("v1", "ConfigMap", "breakwater", "trivy-operator-policies-config");
        configMap
                .putObject("data")
                .put("team.yaml", TEAM_CHECK)
                .put("broken.yaml", "id: [")
                .put("policy.x.rego", "package x");
        cluster.put("/api/v1/namespaces/breakwater/configmaps", configMap);

        await().atMost(60, SECONDS)
                .until(() -> ids(cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> audit.waiting() == 0);
        assertThat(audit.audited()).isEqualTo(3);
    }

    @Test
    void aRoundThatFailsDoesNotEndTheAudit() throws Exception {
        service("s");
        AtomicInteger failures = new AtomicInteger();
        listener = () -> {
            if (failures.getAndIncrement() == 0) {
                throw new StackOverflowError("as a text of a user's can bring about");
            }
        };
        start();
        awaitReport("namespaces/shop/configauditreports/service-s");
        ownChecks("team.yaml", TEAM_CHECK.replace("TEAM-1", "TEAM-2"));
        await().atMost(60, SECONDS).until(() -> failures.get() == 1);
        ownChecks("team.yaml", TEAM_CHECK);
        await().atMost(60, SECONDS)
                .until(() -> ids(cluster.get(REPORTS + "namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "True InForce"::equals);
    }

    private void ownChecks(String... files) {
        ObjectNode configMap = Objects.object("v1", "ConfigMap", "breakwater", "trivy-operator-policies-config");
        ((ObjectNode) configMap.path("metadata")).put("uid", "own-checks");
        ObjectNode data = configMap.putObject("data");
        for (int i = 0; i < files.length; i += 2) {
            data.put(files[i], files[i + 1]);
        }
        cluster.put("/api/v1/namespaces/breakwater/configmaps", configMap);
    }

    private JsonNode checkSource() {
        ObjectNode object = cluster.get("/apis/breakwater.dev/v1alpha1/checksources/trivy-operator-policies-config");
        return object == null ? MissingNode.getInstance() : object.path("status");
    }

    private JsonNode event(String reason) {
        return cluster.find("/api/v1/namespaces/breakwater/events/").stream()
                .filter(event -> event.path("reason").asText().equals(reason))
                .findFirst()
                .map(JsonNode.class::cast)
                .orElse(MissingNode.getInstance());
    }

    private static String condition(JsonNode status, String type) {
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
        return "";
    }

    @Test
    void aBrokenOwnCheckIsToldOfTheOthersGoOnAndItsMendingIsToldToo() throws Exception {
        service("s");
        String broken = TEAM_CHECK.replace("TEAM-1", "TEAM-2").replace("!object.metadata", "!!(object.metadata");
        ownChecks("good.yaml", TEAM_CHECK, "team.yaml", broken);
        start();
        await().atMost(60, SECONDS)
                .until(() -> ids(awaitReport("namespaces/shop/configauditreports/service-s"))
                        .contains("TEAM-1"));
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "False CheckBroken"::equals);
        assertThat(checkSource().path("ready").asText()).isEqualTo("False");
        assertThat(checkSource().path("checks").asInt()).isEqualTo(1);
        assertThat(checkSource().path("broken").asInt()).isEqualTo(1);
        assertThat(checkSource().path("message").asText()).startsWith("team.yaml: Check TEAM-2: fail is no valid");
        JsonNode event = await().atMost(60, SECONDS).until(() -> event("CheckBroken"), found -> !found.isMissingNode());
        assertThat(event.path("type").asText()).isEqualTo("Warning");
        assertThat(event.path("message").asText()).contains("TEAM-2");
        assertThat(event.at("/involvedObject/kind").asText()).isEqualTo("ConfigMap");
        assertThat(event.at("/involvedObject/uid").asText()).isEqualTo("own-checks");

        // A controller that comes later tells of the end of what it never saw begin.
        audit.close();
        ownChecks("good.yaml", TEAM_CHECK, "team.yaml", TEAM_CHECK.replace("TEAM-1", "TEAM-2"));
        start();
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Ready"), "True InForce"::equals);
        assertThat(checkSource().path("broken").asInt()).isZero();
        assertThat(checkSource().path("problems")).isEmpty();
        await().atMost(60, SECONDS).until(() -> event("CheckUsable"), found -> !found.isMissingNode());
        assertThat(event("CheckUsable").path("message").asText()).contains("TEAM-2");

        cluster.remove("/api/v1/namespaces/breakwater/configmaps/trivy-operator-policies-config");
        await().atMost(60, SECONDS).until(() -> checkSource().isMissingNode());
    }

    @Test
    void aCheckThatCannotBeEvaluatedIsToldOfWithAnExampleUntilItCan() throws Exception {
        service("s");
        String careless =
                TEAM_CHECK.replace("!object.metadata.?labels.?owner.hasValue()", "object.metadata.labels.x == 'y'");
        ownChecks("team.yaml", careless);
        start();
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Decided"), "False EvaluationErrors"::equals);
        assertThat(condition(checkSource(), "Ready")).isEqualTo("True InForce");
        await().atMost(60, SECONDS).until(() -> event("CheckUndecided"), found -> !found.isMissingNode());
        assertThat(event("CheckUndecided").path("message").asText())
                .startsWith("team.yaml check TEAM-1 cannot be evaluated on one object, for example Service shop/s: ");

        // Up to date after a restart: not audited anew, and still known to be undecided.
        audit.close();
        start();
        await().atMost(60, SECONDS).until(() -> audit.hasSynced() && audit.waiting() == 0);
        service("t");
        await().atMost(60, SECONDS)
                .until(() -> checkSource().path("message").asText().isEmpty()
                        && checkSource().at("/problems/0/message").asText().contains("one object"));
        assertThat(event("CheckDecided").isMissingNode()).isTrue();

        ownChecks("team.yaml", TEAM_CHECK);
        await().atMost(60, SECONDS).until(() -> condition(checkSource(), "Decided"), "True NoErrors"::equals);
        await().atMost(60, SECONDS).until(() -> event("CheckDecided"), found -> !found.isMissingNode());
    }
}
