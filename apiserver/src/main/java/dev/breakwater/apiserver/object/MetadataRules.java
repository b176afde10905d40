package dev.breakwater.apiserver.object;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.selector.Names;
import dev.breakwater.apiserver.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What metadata must look like: apimachinery's ValidateObjectMeta, with its words (k8s-wire 3.4). */
final class MetadataRules {
    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

    private final List<FieldError> errors = new ArrayList<>();

    /** Violations in the metadata of a new object. */
    static List<FieldError> check(ReportKind kind, ObjectNode metadata) {
        MetadataRules rules = new MetadataRules();
        rules.name(metadata);
        rules.namespace(kind, metadata);
        rules.labels(metadata.path("labels"));
        rules.annotations(metadata.path("annotations"));
        rules.owners(metadata.path("ownerReferences"));
        rules.finalizers(metadata.path("finalizers"));
        rules.managedFields(metadata.path("managedFields"));
        return rules.errors;
    }

    /** Violations in the metadata of a new state of {@code old}. */
    static List<FieldError> checkUpdate(ReportKind kind, ObjectNode old, ObjectNode metadata) {
        List<FieldError> errors = check(kind, metadata);
        if (old.path("deletionTimestamp").isTextual()) {
            Set<String> before = texts(old.path("finalizers"));
            List<String> added = new ArrayList<>();
            metadata.path("finalizers").forEach(finalizer -> {
                if (!before.contains(finalizer.asText())) {
                    added.add(finalizer.asText());
                }
            });
            if (!added.isEmpty()) {
                errors.add(FieldError.forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                                + String.join(
                                        ", ",
                                        added.stream().map(FieldError::quoted).toList()) + "}"));
            }
        }
        return errors;
    }

    static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private void name(ObjectNode metadata) {
        String generateName = metadata.path("generateName").asText();
        String name = metadata.path("name").asText();
        if (name.isEmpty()) {
            errors.add(FieldError.required("metadata.name", "name or generateName is required"));
            return;
        }
        String wrong = Names.subdomain(name);
        if (wrong != null) {
            errors.add(FieldError.invalid("metadata.name", quoted(name), wrong));
        }
        if (!generateName.isEmpty()) {
            String stem = generateName.endsWith("-") ? generateName + "a" : generateName;
            String wrongStem = Names.subdomain(stem);
            if (wrongStem != null) {
                errors.add(FieldError.invalid("metadata.generateName", quoted(generateName), wrongStem));
            }
        }
    }

    private void namespace(ReportKind kind, ObjectNode metadata) {
        if (!kind.namespaced()) {
            return;
        }
        String namespace = metadata.path("namespace").asText();
        String wrong = Names.label(namespace);
        if (wrong != null) {
            errors.add(FieldError.invalid("metadata.namespace", quoted(namespace), wrong));
        }
    }

    private void labels(JsonNode labels) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            String wrongKey = Names.qualifiedName(label.getKey());
            if (wrongKey != null) {
                errors.add(FieldError.invalid("metadata.labels", quoted(label.getKey()), wrongKey));
            }
            String value = label.getValue().asText();
            String wrongValue = Names.labelValue(value);
            if (wrongValue != null) {
                errors.add(FieldError.invalid("metadata.labels", quoted(value), wrongValue));
            }
        }
    }

    private void annotations(JsonNode annotations) {
        long bytes = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            String wrong = Names.qualifiedName(annotation.getKey().toLowerCase(Locale.ROOT));
            if (wrong != null) {
                errors.add(FieldError.invalid("metadata.annotations", quoted(annotation.getKey()), wrong));
            }
            bytes += utf8Length(annotation.getKey())
                    + utf8Length(annotation.getValue().asText());
        }
        if (bytes > MOST_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong("metadata.annotations", MOST_ANNOTATION_BYTES));
        }
    }

    private void owners(JsonNode owners) {
        String controller = null;
        for (int i = 0; i < owners.size(); i++) {
            JsonNode owner = owners.get(i);
            String field = "metadata.ownerReferences[" + i + "]";
            String apiVersion = owner.path("apiVersion").asText();
            String kind = owner.path("kind").asText();
            if (apiVersion.isEmpty()) {
                errors.add(FieldError.invalid(field + ".apiVersion", quoted(apiVersion), "version must not be empty"));
            }
            for (String required : List.of("kind", "name", "uid")) {
                if (owner.path(required).asText().isEmpty()) {
                    errors.add(FieldError.invalid(field + "." + required, "\"\"", required + " must not be empty"));
                }
            }
            if (apiVersion.equals("v1") && kind.equals("Event")) {
                errors.add(FieldError.invalid(
                        field, quoted("/v1, Kind=Event"), "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (owner.path("controller").asBoolean()) {
                if (controller != null) {
                    errors.add(FieldError.invalid(
                            "metadata.ownerReferences",
                            owners.toString(),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + owner.path("name").asText()));
                }
                controller = owner.path("name").asText();
            }
        }
    }

    private void finalizers(JsonNode finalizers) {
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i).asText();
            String wrong = Names.qualifiedName(finalizer);
            if (wrong != null) {
                errors.add(FieldError.invalid("metadata.finalizers[" + i + "]", quoted(finalizer), wrong));
            }
        }
        Set<String> all = texts(finalizers);
        if (all.contains("orphan") && all.contains("foregroundDeletion")) {
            errors.add(FieldError.invalid(
                    "metadata.finalizers",
                    finalizers.toString(),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }

    private void managedFields(JsonNode entries) {
        for (int i = 0; i < entries.size(); i++) {
            JsonNode entry = entries.get(i);
            String field = "metadata.managedFields[" + i + "]";
            String operation = entry.path("operation").asText();
            if (!operation.equals("Apply") && !operation.equals("Update")) {
                errors.add(FieldError.invalid(field + ".operation", quoted(operation), "must be `Apply` or `Update`"));
            }
            String type = entry.path("fieldsType").asText();
            if (!type.equals("FieldsV1")) {
                errors.add(FieldError.invalid(field + ".fieldsType", quoted(type), "must be `FieldsV1`"));
            }
        }
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
