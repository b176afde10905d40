package dev.breakwater.apiserver.object;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Breather;
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
    static final int MOST_ANNOTATION_BYTES = 256 * 1024;
    /** Violations that are told; an object can have one in each of ten thousand labels. */
    private static final int MOST_ERRORS = 100;

    private static final int LONGEST_MANAGER = 128;
    private static final int LONGEST_SUBRESOURCE = 256;
    /** Names in one message. */
    private static final int MOST_NAMES = 20;

    private final List<FieldError> errors = new ArrayList<>();
    private final Breather breather = new Breather();

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

    /**
     * Violations in the metadata of a new state of {@code old}.
     *
     * @param sent the metadata as the client sent it; what it cannot set, or only to what it is, is an error (k8s-wire 3.4)
     */
    static List<FieldError> checkUpdate(ReportKind kind, ObjectNode old, ObjectNode sent, ObjectNode metadata) {
        List<FieldError> errors = check(kind, metadata);
        boolean terminating = old.path("deletionTimestamp").isTextual();
        // kube-apiserver looks twice, once for every kind and once for custom resources, and names each violation
        // twice.
        for (int look = 0; look < 2; look++) {
            immutable(errors, "uid", old, sent, !sent.path("uid").asText().isEmpty());
            for (String field : List.of("deletionTimestamp", "deletionGracePeriodSeconds")) {
                // Of a terminating object kube-apiserver keeps the time, whatever was sent, but not another grace
                // period.
                boolean judged = sent.hasNonNull(field) && !(terminating && field.equals("deletionTimestamp"));
                immutable(errors, field, old, sent, judged);
            }
            if (terminating) {
                noNewFinalizers(errors, old, metadata);
            }
        }
        return errors;
    }

    private static void immutable(
            List<FieldError> errors, String field, ObjectNode old, ObjectNode sent, boolean judged) {
        JsonNode given = sent.path(field);
        if (judged && !given.asText().equals(old.path(field).asText())) {
            String value = given.isTextual() ? quoted(given.textValue()) : FieldError.shown(given.asText());
            errors.add(FieldError.invalid("metadata." + field, value, "field is immutable"));
        }
    }

    private static void noNewFinalizers(List<FieldError> errors, ObjectNode old, ObjectNode metadata) {
        Set<String> before = texts(old.path("finalizers"));
        List<String> added = new ArrayList<>();
        for (JsonNode finalizer : metadata.path("finalizers")) {
            if (added.size() < MOST_NAMES && !before.contains(finalizer.asText())) {
                added.add(quoted(finalizer.asText()));
            }
        }
        if (!added.isEmpty()) {
            errors.add(FieldError.forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(", ", added) + "}"));
        }
    }

    private void invalid(String field, String value, String detail) {
        error(FieldError.invalid(field, value, detail));
    }

    private void error(FieldError error) {
        if (errors.size() < MOST_ERRORS) {
            errors.add(error);
        }
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
            error(FieldError.required("metadata.name", "name or generateName is required"));
            return;
        }
        String wrong = Names.subdomain(name);
        if (wrong != null) {
            invalid("metadata.name", quoted(name), wrong);
        }
        if (!generateName.isEmpty()) {
            String stem = generateName.endsWith("-") ? generateName + "a" : generateName;
            String wrongStem = Names.subdomain(stem);
            if (wrongStem != null) {
                invalid("metadata.generateName", quoted(generateName), wrongStem);
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
            invalid("metadata.namespace", quoted(namespace), wrong);
        }
    }

    private void labels(JsonNode labels) {
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            breather.steps(1);
            String wrongKey = Names.qualifiedName(label.getKey());
            if (wrongKey != null) {
                invalid("metadata.labels", quoted(label.getKey()), wrongKey);
            }
            String value = label.getValue().asText();
            String wrongValue = Names.labelValue(value);
            if (wrongValue != null) {
                invalid("metadata.labels", quoted(value), wrongValue);
            }
        }
    }

    private void annotations(JsonNode annotations) {
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            breather.steps(1);
            String wrong = Names.qualifiedName(annotation.getKey().toLowerCase(Locale.ROOT));
            if (wrong != null) {
                invalid("metadata.annotations", quoted(annotation.getKey()), wrong);
            }
        }
        if (annotationBytes(annotations) > MOST_ANNOTATION_BYTES) {
            error(FieldError.tooLong("metadata.annotations", MOST_ANNOTATION_BYTES));
        }
    }

    static long annotationBytes(JsonNode annotations) {
        long bytes = 0;
        for (Map.Entry<String, JsonNode> annotation : annotations.properties()) {
            bytes += utf8Length(annotation.getKey())
                    + utf8Length(annotation.getValue().asText());
        }
        return bytes;
    }

    private void owners(JsonNode owners) {
        String controller = null;
        boolean several = false;
        for (int i = 0; i < owners.size() && errors.size() < MOST_ERRORS; i++) {
            breather.steps(1);
            JsonNode owner = owners.get(i);
            String field = "metadata.ownerReferences[" + i + "]";
            String apiVersion = owner.path("apiVersion").asText();
            String kind = owner.path("kind").asText();
            if (apiVersion.isEmpty()) {
                invalid(field + ".apiVersion", quoted(apiVersion), "version must not be empty");
            }
            for (String required : List.of("kind", "name", "uid")) {
                if (owner.path(required).asText().isEmpty()) {
                    invalid(field + "." + required, "\"\"", required + " must not be empty");
                }
            }
            if (apiVersion.equals("v1") && kind.equals("Event")) {
                invalid(field, quoted("/v1, Kind=Event"), "/v1, Kind=Event is disallowed from being an owner");
            }
            if (owner.path("controller").asBoolean()) {
                if (controller == null) {
                    controller = owner.path("name").asText();
                } else if (!several) {
                    several = true;
                    invalid(
                            "metadata.ownerReferences",
                            "[" + owners.size() + " references]",
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + FieldError.shown(controller) + " and "
                                    + FieldError.shown(owner.path("name").asText()));
                }
            }
        }
    }

    private void finalizers(JsonNode finalizers) {
        for (int i = 0; i < finalizers.size() && errors.size() < MOST_ERRORS; i++) {
            breather.steps(1);
            String finalizer = finalizers.get(i).asText();
            String wrong = Names.qualifiedName(finalizer);
            if (wrong != null) {
                invalid("metadata.finalizers[" + i + "]", quoted(finalizer), wrong);
            }
        }
        Set<String> all = texts(finalizers);
        if (all.contains("orphan") && all.contains("foregroundDeletion")) {
            invalid(
                    "metadata.finalizers",
                    "[" + finalizers.size() + " finalizers]",
                    "finalizer orphan and foregroundDeletion cannot be both set");
        }
    }

    /** Names of managers that are stored were worked out by the server, but of those that a client sent. */
    private void managedFields(JsonNode entries) {
        for (int i = 0; i < entries.size() && errors.size() < MOST_ERRORS; i++) {
            breather.steps(1);
            String field = "metadata.managedFields[" + i + "]";
            String manager = entries.get(i).path("manager").asText();
            if (utf8Length(manager) > LONGEST_MANAGER) {
                error(FieldError.tooLong(field + ".manager", LONGEST_MANAGER));
            }
            if (utf8Length(entries.get(i).path("subresource").asText()) > LONGEST_SUBRESOURCE) {
                error(FieldError.tooLong(field + ".subresource", LONGEST_SUBRESOURCE));
            }
        }
    }

    private static long utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
