package dev.breakwater.cli.installed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.breakwater.testkit.Kubectl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/** Audit and compliance reports of an installation, as kubectl shows them to somebody who works in one namespace. */
final class InstalledReports {
    static final String ALL_KINDS = "configauditreports,clusterconfigauditreports,rbacassessmentreports,"
            + "clusterrbacassessmentreports,infraassessmentreports,clusterinfraassessmentreports";

    private final Installation installation;
    private final Kubectl kubectl;
    private final String team;

    InstalledReports(Installation installation, String team) {
        this.installation = installation;
        this.kubectl = installation.kubectl();
        this.team = team;
    }

    boolean exists(String report) {
        return kubectl.run("get", report, "-n", team).exitCode() == 0;
    }

    /** A report, once it is there. */
    JsonNode report(String plural, String name, String namespace) {
        String[] scope =
                namespace.isEmpty() ? new String[] {plural, name} : new String[] {plural, name, "-n", namespace};
        String[] ask = new String[scope.length + 1];
        ask[0] = "get";
        System.arraycopy(scope, 0, ask, 1, scope.length);
        await(plural + " " + name)
                .atMost(150, SECONDS)
                .until(() -> kubectl.run(ask).exitCode() == 0);
        return installation.get(scope);
    }

    JsonNode ofReplicaSet(String app) {
        String name = installation
                .items("replicasets", "-n", team, "-l", "app=" + app)
                .get(0)
                .at("/metadata/name")
                .asText();
        return report("configauditreports", "replicaset-" + name, team);
    }

    JsonNode clusterRole(String name) {
        return await(name)
                .atMost(150, SECONDS)
                .until(
                        () -> {
                            for (JsonNode report : installation.items("clusterrbacassessmentreports")) {
                                if (report.at("/metadata/ownerReferences/0/name")
                                        .asText()
                                        .equals(name)) {
                                    return report;
                                }
                            }
                            return MissingNode.getInstance();
                        },
                        report -> !report.isMissingNode());
    }

    /** Ids of the checks that failed, each once. */
    static Set<String> failed(JsonNode report) {
        Set<String> ids = new TreeSet<>();
        for (JsonNode check : report.at("/report/checks")) {
            assertThat(check.path("success").asBoolean(true)).isFalse();
            ids.add(check.path("checkID").asText());
        }
        return ids;
    }

    static List<String> messages(JsonNode report, String id) {
        List<String> messages = new ArrayList<>();
        for (JsonNode check : report.at("/report/checks")) {
            if (check.path("checkID").asText().equals(id)) {
                messages.add(check.path("messages").path(0).asText());
            }
        }
        return messages;
    }

    static int entriesOf(JsonNode report, String severity) {
        int count = 0;
        for (JsonNode check : report.at("/report/checks")) {
            count += check.path("severity").asText().equals(severity) ? 1 : 0;
        }
        return count;
    }

    /** Entries of a check in all configuration reports of the cluster. */
    int entries(String id) {
        int count = 0;
        for (JsonNode report : installation.items("configauditreports", "-A")) {
            count += messages(report, id).size();
        }
        return count;
    }

    /** resourceVersion by kind, namespace and name, once nothing is written any more. */
    Map<String, String> settledVersions() {
        AtomicReference<Map<String, String>> last = new AtomicReference<>(Map.of());
        await().pollInterval(4, SECONDS).atMost(120, SECONDS).until(() -> {
            Optional<Map<String, String>> now = versions("");
            return now.isPresent() && now.get().equals(last.getAndSet(now.get()));
        });
        return last.get();
    }

    Set<String> ofKind(String kind) {
        return versions("trivy-operator.resource.kind=" + kind).orElseThrow().keySet();
    }

    /** Empty where one of the kinds could not be read. */
    private Optional<Map<String, String>> versions(String selector) {
        Kubectl.Result lines = kubectl.run(
                "get",
                ALL_KINDS,
                "-A",
                "-l",
                selector,
                "-o",
                "jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}");
        Map<String, String> versions = new TreeMap<>();
        lines.stdout().lines().map(line -> line.split(" ")).forEach(pair -> versions.put(pair[0], pair[1]));
        return lines.exitCode() == 0 ? Optional.of(versions) : Optional.empty();
    }

    static Set<String> changed(Map<String, String> before, Map<String, String> after) {
        Set<String> changed = new TreeSet<>(before.keySet());
        changed.addAll(after.keySet());
        changed.removeIf(report -> before.getOrDefault(report, "").equals(after.get(report)));
        return changed;
    }

    JsonNode status(String framework) {
        return installation.get("clustercompliancereport", framework).path("status");
    }

    String standing(String framework, String id) {
        return control(framework, id).path("status").asText();
    }

    JsonNode control(String framework, String id) {
        for (JsonNode control : status(framework).at("/summaryReport/controlCheck")) {
            if (control.path("id").asText().equals(id)) {
                return control;
            }
        }
        return MissingNode.getInstance();
    }

    int withStatus(String framework, String status) {
        int count = 0;
        for (JsonNode control : status(framework).at("/summaryReport/controlCheck")) {
            count += control.path("status").asText().equals(status) ? 1 : 0;
        }
        return count;
    }
}
