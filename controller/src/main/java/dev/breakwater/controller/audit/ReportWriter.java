package dev.breakwater.controller.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a report where it belongs, over the one that is there.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
final class ReportWriter {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int CONFLICTS = 5;

    private final KubeApi api;

    ReportWriter(KubeApi api) {
        this.api = api;
    }

    /** Does nothing in a namespace that is going. */
    void write(AuditReport report) throws IOException {
        Resource resource = report.kind().resource();
        String path = resource.named(report.namespace(), report.name());
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> existing =
                    api.get(path, Map.of(), KubeApi.JSON, body -> MAPPER.readValue(body, ObjectNode.class));
            try {
                if (existing.isEmpty()) {
                    byte[] body = MAPPER.writeValueAsBytes(report.fresh());
                    api.create(resource.in(report.namespace()), out -> out.write(body), KubeApi::ignore);
                } else {
                    ObjectNode replaced = report.over(existing.get());
                    byte[] body = MAPPER.writeValueAsBytes((JsonNode) replaced);
                    api.update(path, out -> out.write(body), KubeApi::ignore);
                }
                return;
            } catch (ApiRefusal refusal) {
                boolean namespaceGoes =
                        refusal.code() == 403 && refusal.toString().contains("being terminated");
                if (namespaceGoes) {
                    return;
                }
                if ((!refusal.isConflict() && !refusal.isNotFound()) || attempt == CONFLICTS) {
                    throw refusal;
                }
            }
        }
    }
}
