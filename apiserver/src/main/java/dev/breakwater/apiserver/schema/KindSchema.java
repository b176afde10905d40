package dev.breakwater.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.ReportKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A kind with its schema compiled.
 *
 * @param version changes with the schema: results of a validation are kept under it
 * @param fields what can be owned alone, and what only as a whole
 */
public record KindSchema(ReportKind kind, SchemaNode root, int version, FieldType fields) {
    /** metav1.ObjectMeta; what is not named here is dropped, as everywhere in Kubernetes. */
    private static final String OBJECT_META = """
            {"type": "object", "properties": {
              "name": {"type": "string"}, "generateName": {"type": "string"}, "namespace": {"type": "string"},
              "selfLink": {"type": "string"}, "uid": {"type": "string"}, "resourceVersion": {"type": "string"},
              "generation": {"type": "integer"}, "creationTimestamp": {"type": "string", "nullable": true},
              "deletionTimestamp": {"type": "string", "nullable": true},
              "deletionGracePeriodSeconds": {"type": "integer", "nullable": true},
              "labels": {"type": "object", "nullable": true, "additionalProperties": {"type": "string"}},
              "annotations": {"type": "object", "nullable": true, "additionalProperties": {"type": "string"}},
              "finalizers": {"type": "array", "nullable": true, "x-kubernetes-list-type": "set",
                "items": {"type": "string"}},
              "ownerReferences": {"type": "array", "nullable": true, "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["uid"], "items": {"type": "object", "x-kubernetes-map-type": "atomic",
                "properties": {
                "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "name": {"type": "string"},
                "uid": {"type": "string"}, "controller": {"type": "boolean", "nullable": true},
                "blockOwnerDeletion": {"type": "boolean", "nullable": true}}}},
              "managedFields": {"type": "array", "nullable": true, "items": {"type": "object", "properties": {
                "manager": {"type": "string"}, "operation": {"type": "string"}, "apiVersion": {"type": "string"},
                "time": {"type": "string", "nullable": true}, "fieldsType": {"type": "string"},
                "subresource": {"type": "string"}, "fieldsV1": {"x-kubernetes-preserve-unknown-fields": true}}}}}}
            """;

    /** Names of the fields of metav1.ObjectMeta. */
    public static final List<String> META_FIELDS = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "finalizers",
            "ownerReferences",
            "managedFields");

    public static KindSchema compile(ReportKind kind) {
        JsonNode meta = CanonicalJson.read(OBJECT_META.getBytes(StandardCharsets.UTF_8));
        SchemaNode root = SchemaNode.compile(kind.schema(), Map.of("metadata", SchemaNode.compile(meta)));
        FieldType fields = FieldType.compile(kind.schema(), Map.of("metadata", FieldType.compile(meta, Map.of())));
        return new KindSchema(kind, root, Arrays.hashCode(CanonicalJson.bytes(kind.schema())), fields);
    }

    public List<String> bulkPath() {
        return kind.bulkPath();
    }
}
