package dev.breakwater.controller.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.TopOwner;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a report where it belongs, over the one that is there; but not over that of another object that lives ({@link ReportName}).
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
final class ReportWriter {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int CONFLICTS = 5;

    private final KubeApi api;
    private final LivingObjects living;

    /** Whether the object that owns a report is there. */
    @FunctionalInterface
    interface LivingObjects {
        boolean live(String kind, String namespace, String name, String uid);
    }

    ReportWriter(KubeApi api, LivingObjects living) {
        this.api = api;
        this.living = living;
    }

    /**
     * Does nothing in a namespace that is going.
     *
     * @param ownNamed whether the object's report has a name of its own already
     */
    void write(AuditReport report, boolean ownNamed) throws IOException {
        Resource resource = report.kind().resource();
        ReportName names = report.name();
        for (int attempt = 1; ; attempt++) {
            Optional<ObjectNode> usual = read(resource.named(report.namespace(), names.usual()));
            ReportName.Holder holder =
                    usual.map(object -> holder(object, report)).orElse(ReportName.Holder.NOBODY);
            String name = names.choose(asked -> {
                if (asked.equals(names.usual())) {
                    return holder;
                }
                return ownNamed ? ReportName.Holder.US : ReportName.Holder.NOBODY;
            });
            String path = resource.named(report.namespace(), name);
            Optional<ObjectNode> existing = name.equals(names.usual()) ? usual : read(path);
            try {
                if (existing.isEmpty()) {
                    byte[] body = MAPPER.writeValueAsBytes(report.fresh(name));
                    api.create(resource.in(report.namespace()), out -> out.write(body), KubeApi::ignore);
                } else {
                    ObjectNode replaced = report.over(existing.get(), name);
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

    /** Labels a report with its top owner, where it is not, and changes nothing else: an older version wrote it. */
    void label(AuditReportKind kind, ReportHead head, TopOwner top) throws IOException {
        if (top.isSaidBy(key -> head.meta().label(key))) {
            return;
        }
        byte[] patch = MAPPER.writeValueAsBytes(top.patch(MAPPER.createObjectNode()));
        try {
            api.mergePatch(
                    kind.resource().named(head.namespace(), head.name()), out -> out.write(patch), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            // Gone, or without the right to patch, which was said once: whoever writes it next labels it.
            if (!refusal.isNotFound() && !refusal.isLackOfRights()) {
                throw refusal;
            }
        }
    }

    private Optional<ObjectNode> read(String path) throws IOException {
        return api.get(path, Map.of(), KubeApi.JSON, body -> MAPPER.readValue(body, ObjectNode.class));
    }

    private ReportName.Holder holder(ObjectNode existing, AuditReport report) {
        for (JsonNode owner : existing.path("metadata").path("ownerReferences")) {
            String uid = owner.path("uid").asText();
            if (uid.equals(report.object().uid())) {
                return ReportName.Holder.US;
            }
            if (owner.path("controller").asBoolean()
                    && living.live(
                            owner.path("kind").asText(),
                            report.object().namespace(),
                            owner.path("name").asText(),
                            uid)) {
                return ReportName.Holder.ANOTHER;
            }
        }
        return ReportName.Holder.NOBODY;
    }
}
