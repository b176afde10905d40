package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.bundle.BundlePush;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.testkit.Cluster;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Policies in Rego, run by a real Trivy in real Jobs, and a bundle out of a real registry, by a controller that has the permissions of the manifests. */
@Tag("node")
@NullUnmarked
class PolicyNodeTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String POLICIES = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: trivy-operator-policies-config, namespace: %s}
            data:
              library.names.rego: |
                package lib.names

                full(object) = text {
                  text := sprintf("%%s %%s", [object.kind, object.metadata.name])
                }
              policy.owner.kinds: Service,Role
              policy.owner.rego: |
                # METADATA
                # title: Without an owner
                # description: Nobody can be asked about it.
                # custom:
                #   id: TEAM-R1
                #   severity: HIGH
                #   recommended_actions: Set the label owner.
                package trivyoperator.owner

                import data.lib.names

                deny[res] {
                  not input.metadata.labels.owner
                  res := {"msg": sprintf("%%s has no owner", [names.full(input)])}
                }
              policy.broken.kinds: Service
              policy.broken.rego: |
                # METADATA
                # title: Broken
                # custom:
                #   id: TEAM-R2
                package trivyoperator.broken

                deny[res] {
                  res := {"msg": names.nothing(input)}
                }
              policy.careless.kinds: Service
              policy.careless.rego: |
                # METADATA
                # title: Careless
                # custom:
                #   id: TEAM-R3
                #   severity: LOW
                package trivyoperator.careless

                port(object) = number {
                  number := object.spec.ports[_].port
                }

                deny[res] {
                  port(input) == 80
                  res := {"msg": "plain text"}
                }
            """;

    private static final Map<String, String> BUNDLE =
            Map.of("checks/fleet.yaml", """
            id: FLEET-1
            severity: LOW
            title: A Service
            description: There is one.
            remediation: None is needed.
            match: {kinds: [Service]}
            fail: "true"
            message: name + " is a Service"
            """, "rego/policy.fleet.kinds", "Service", "rego/policy.fleet.rego", """
            # METADATA
            # title: A Service
            # custom:
            #   id: FLEET-R1
            package fleet.services

            deny[msg] {
              msg := "a Service"
            }
            """);

    @TempDir
    Path folder;

    private Kubectl kubectl;
    private NodeTools tools;
    private TestControllers controllers;
    private String own;

    @BeforeEach
    void prepare() {
        Cluster cluster = controlPlane.cluster();
        kubectl = cluster.kubectl();
        tools = cluster.nodeTools().orElseThrow();
        controllers = new TestControllers(cluster);
        own = kubectl.createNamespace("breakwater");
        kubectl.succeed("create", "serviceaccount", "breakwater-scan", "-n", own);
    }

    @AfterEach
    void stop() throws InterruptedException {
        controllers.close();
    }

    @Test
    void policiesJudgeTheKindsTheyNameAndABrokenOneIsToldOf() {
        String team = kubectl.createNamespace("team");
        kubectl.succeed("create", "service", "clusterip", "one", "-n", team, "--tcp=80");
        kubectl.succeed("create", "service", "clusterip", "both", "-n", team, "--tcp=80", "--tcp=443");
        kubectl.succeed("create", "role", "reader", "-n", team, "--verb=get", "--resource=pods");
        kubectl.succeed("create", "quota", "small", "-n", team, "--hard=pods=9");
        kubectl.apply(POLICIES.formatted(own));
        String digest = new BundlePush(tools.registry() + "/team/checks").archive("1", BUNDLE);

        controllers.startWithLeastPermissions(settings(team), folder);

        await().atMost(240, SECONDS)
                .until(() -> ids("configauditreport/service-one", team).contains("TEAM-R1")
                        && ids("configauditreport/service-one", team).containsAll(Set.of("FLEET-1", "FLEET-R1"))
                        && ids("configauditreport/service-both", team).contains("TEAM-R1")
                        && ids("rbacassessmentreport/role-reader", team).contains("TEAM-R1"));
        JsonNode checks = get("configauditreport/service-one", team).at("/report/checks");
        JsonNode entry = null;
        for (JsonNode check : checks) {
            entry = check.path("checkID").asText().equals("TEAM-R1") ? check : entry;
        }
        assertThat(entry).isNotNull();
        assertThat(entry.toString())
                .contains(
                        "\"messages\":[\"Service one has no owner\"]",
                        "\"severity\":\"HIGH\"",
                        "\"title\":\"Without an owner\"",
                        "\"remediation\":\"Set the label owner.\"",
                        "\"success\":false");
        // Two ports are two values of one function: no verdict for that Service, and none the less for the other.
        assertThat(ids("configauditreport/service-one", team)).contains("TEAM-R3");
        assertThat(ids("configauditreport/service-both", team)).doesNotContain("TEAM-R3");
        assertThat(ids("configauditreport/resourcequota-small", team)).doesNotContain("TEAM-R1");

        await().atMost(60, SECONDS).untilAsserted(() -> {
            JsonNode status =
                    get("checksource/trivy-operator-policies-config", own).path("status");
            assertThat(status.path("ready").asText()).isEqualTo("False");
            assertThat(status.path("policies").asInt()).isEqualTo(2);
            assertThat(status.path("broken").asInt()).isEqualTo(1);
            assertThat(status.path("message").asText())
                    .startsWith("policy.broken.rego:")
                    .contains("undefined function");
            assertThat(status.path("problems").toString())
                    .contains("policy.careless.rego cannot be evaluated on one object, for example Service " + team
                            + "/both: policy.careless.rego:");
        });
        await().atMost(60, SECONDS)
                .untilAsserted(() -> assertThat(kubectl.succeed(
                                "get",
                                "events",
                                "-n",
                                own,
                                "--field-selector=involvedObject.kind=ConfigMap",
                                "-o",
                                "jsonpath={range .items[*]}{.reason}: {.message}{\"\\n\"}{end}"))
                        .contains(
                                "CheckBroken: policy.broken.rego:", "CheckUndecided: policy.careless.rego cannot be"));

        await().atMost(60, SECONDS)
                .until(() -> kubectl.succeed("get", "jobs,secrets", "-n", own, "-o", "name")
                        .isBlank());
    }

    private Set<String> ids(String object, String namespace) {
        return Set.copyOf(get(object, namespace).at("/report/checks").findValuesAsText("checkID"));
    }

    private JsonNode get(String object, String namespace) {
        Kubectl.Result result = kubectl.run("get", object, "-n", namespace, "-o", "json");
        try {
            return MAPPER.readTree(result.exitCode() == 0 ? result.stdout() : "{}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ControllerSettings settings(String team) {
        return ControllerSettings.defaults()
                .with(ControllerSettings.NAMESPACE, own)
                .with(ControllerSettings.TARGET_NAMESPACES, List.of(team))
                .with(ControllerSettings.WORK_FOLDER, folder)
                .with(ControllerSettings.PROBE_PORT, 0)
                .with(ScannerSettings.IMAGE, tools.trivyImage())
                .with(ScannerSettings.PLAIN_REGISTRIES, List.of(tools.registry()))
                .with(BundleSettings.REFERENCE, tools.registry() + "/team/checks:1")
                .with(CollectorSettings.ENABLED, false);
    }
}
