package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Writes the status of a ClusterComplianceReport. */
final class ComplianceStatus {
    private static final int CONFLICTS = 5;

    private final KubeApi api;

    ComplianceStatus(KubeApi api) {
        this.api = api;
    }

    /** Its timestamp alone is no difference. */
    void write(String name, ObjectNode status, Instant now) throws IOException {
        update(name, old -> {
            if (isSame(old, status)) {
                return old;
            }
            ObjectNode fresh = status.deepCopy();
            return fresh.put("updateTimestamp", seconds(now));
        });
    }

    /** Replaces a status by what it is to become; nothing is written where that is the same, or the report is gone. */
    void update(String name, UnaryOperator<ObjectNode> change) throws IOException {
        String path = ComplianceReports.RESOURCE.named("", name);
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> existing = api.get(path, Map.of(), KubeApi.JSON, Json::object);
            if (existing.isEmpty()) {
                return;
            }
            ObjectNode report = existing.get();
            ObjectNode old = report.withObject("/status");
            ObjectNode status = change.apply(old);
            if (status.equals(old)) {
                return;
            }
            report.set("status", status);
            try {
                api.update(path + "/status", Json.body(report), KubeApi::ignore);
                return;
            } catch (ApiRefusal refusal) {
                if (refusal.isNotFound()) {
                    return;
                }
                if (!refusal.isConflict() || attempt == CONFLICTS) {
                    throw refusal;
                }
            }
        }
    }

    private static boolean isSame(ObjectNode old, ObjectNode status) {
        ObjectNode content = old.deepCopy();
        content.remove("updateTimestamp");
        return Json.text(content).equals(Json.text(status));
    }

    static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
