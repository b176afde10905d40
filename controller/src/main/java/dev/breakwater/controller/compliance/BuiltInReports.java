package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.naming.SafeHash;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the built-in frameworks that are missing, and brings those up to date that nobody has edited.
 *
 * <p>An annotation holds the hash of the spec as we wrote it. Where the object's spec no longer has that hash, or the annotation is not there, somebody
 * else wrote it, a user or the original's chart, and it stays as it is.
 */
final class BuiltInReports {
    static final String SPEC_HASH = "breakwater.dev/spec-hash";

    private static final Logger log = LoggerFactory.getLogger(BuiltInReports.class);

    private final KubeApi api;

    BuiltInReports(KubeApi api) {
        this.api = api;
    }

    void ensure(List<String> names) throws IOException {
        for (String name : names) {
            ensure(name);
        }
    }

    private void ensure(String name) throws IOException {
        ObjectNode wanted = Frameworks.manifest(name);
        ObjectNode metadata = wanted.withObject("/metadata");
        // Not managed-by: the original's label means that Helm or kubectl keeps the object, and nobody keeps it for us.
        metadata.putObject("labels").put("app.kubernetes.io/name", "breakwater");
        metadata.putObject("annotations").put(SPEC_HASH, hash(wanted));
        String path = ComplianceReports.RESOURCE.named("", name);
        Optional<ObjectNode> existing = api.get(path, Map.of(), KubeApi.JSON, Json::object);
        if (existing.isEmpty()) {
            create(wanted, name);
        } else if (isOutdated(existing.get(), hash(wanted))) {
            ObjectNode updated = existing.get();
            updated.set("spec", wanted.get("spec"));
            updated.withObject("/metadata/annotations").put(SPEC_HASH, hash(wanted));
            update(path, updated, name);
        }
    }

    private void create(ObjectNode wanted, String name) throws IOException {
        try {
            api.create(ComplianceReports.RESOURCE.all(), Json.body(wanted), KubeApi::ignore);
            log.info("framework {} created", name);
        } catch (ApiRefusal refusal) {
            // Somebody was faster; theirs stands.
            if (!refusal.isConflict()) {
                throw refusal;
            }
        }
    }

    private void update(String path, ObjectNode updated, String name) throws IOException {
        try {
            api.update(path, Json.body(updated), KubeApi::ignore);
            log.info("framework {} brought up to date", name);
        } catch (ApiRefusal refusal) {
            if (!refusal.isConflict()) {
                throw refusal;
            }
        }
    }

    private static boolean isOutdated(ObjectNode existing, String current) {
        String written =
                existing.path("metadata").path("annotations").path(SPEC_HASH).asText();
        return !written.isEmpty() && !written.equals(current) && hash(existing).equals(written);
    }

    static String hash(ObjectNode report) {
        return SafeHash.ofString(Json.text(report.withObject("/spec")));
    }
}
