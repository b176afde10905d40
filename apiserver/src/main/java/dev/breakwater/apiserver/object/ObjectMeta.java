package dev.breakwater.apiserver.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a write does to the metadata before it is stored (k8s-wire 3.3 and 3.4). */
public final class ObjectMeta {
    private static final List<String> LISTS_AND_MAPS =
            List.of("labels", "annotations", "finalizers", "ownerReferences", "managedFields");
    private static final List<String> ONLY_SERVER_SETS =
            List.of("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation");

    /** Owners in a warning. */
    private static final int MOST_TOLD = 20;

    private ObjectMeta() {}

    /** A copy of {@code object} whose metadata can be changed; everything below is shared. */
    public static ObjectNode withOwnMetadata(ObjectNode object) {
        ObjectNode copy = object.objectNode().setAll(object);
        if (object.get("metadata") instanceof ObjectNode metadata) {
            copy.set("metadata", metadata.objectNode().setAll(metadata));
        }
        return copy;
    }

    /** The metadata of {@code object}, made if it has none; fields that ObjectMeta does not have are dropped. */
    public static ObjectNode of(ObjectNode object) {
        if (!(object.get("metadata") instanceof ObjectNode)) {
            object.putObject("metadata");
        }
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        metadata.retain(KindSchema.META_FIELDS);
        for (String field : LISTS_AND_MAPS) {
            JsonNode value = metadata.path(field);
            // An empty list or map is the absent one, or a patch that empties finalizers would never be a no-op.
            if (value.isNull() || value.isContainerNode() && value.isEmpty()) {
                metadata.remove(field);
            }
        }
        for (String field : KindSchema.META_FIELDS) {
            if (metadata.path(field).isNull()
                    || metadata.path(field).asText("x").isEmpty()) {
                removeEmptyScalar(metadata, field);
            }
        }
        return metadata;
    }

    private static void removeEmptyScalar(ObjectNode metadata, String field) {
        if (!metadata.path(field).isContainerNode()) {
            metadata.remove(field);
        }
    }

    /** Fills in the namespace of the URL, refuses another, and clears that of a cluster-scoped object. */
    public static void scope(ReportKind kind, ObjectNode metadata, @Nullable String namespace) {
        if (!kind.namespaced() || namespace == null) {
            metadata.remove("namespace");
            return;
        }
        String given = metadata.path("namespace").asText();
        if (!given.isEmpty() && !given.equals(namespace)) {
            throw Statuses.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        metadata.put("namespace", namespace);
    }

    /** Sets what the server sets on a new object, whatever the client sent. */
    public static void begin(ObjectNode metadata, UUID uid, Instant now) {
        metadata.remove(ONLY_SERVER_SETS);
        metadata.put("uid", uid.toString());
        metadata.put("creationTimestamp", timestamp(now));
        metadata.put("generation", 1);
    }

    /** Keeps what a client cannot change. */
    public static void keep(ObjectNode old, ObjectNode metadata) {
        for (String field : ONLY_SERVER_SETS) {
            keep(old, metadata, field);
        }
    }

    private static void keep(ObjectNode old, ObjectNode metadata, String field) {
        if (old.has(field)) {
            metadata.set(field, old.get(field));
        } else {
            metadata.remove(field);
        }
    }

    /** Whether a client asks to forget all managers, by {@code [{}]}; absent, null and empty leave custom resources' as they are. */
    public static boolean resetsManagedFields(JsonNode sent) {
        JsonNode entries = sent.path("managedFields");
        return entries.isArray() && entries.size() == 1 && entries.get(0).isEmpty();
    }

    /** Sets what became of the managers; {@code null} for none. */
    public static void setManagedFields(ObjectNode metadata, @Nullable ArrayNode entries) {
        if (entries == null) {
            metadata.remove("managedFields");
        } else {
            metadata.set("managedFields", entries);
        }
    }

    /** Whether the annotations together are more than an object may have. */
    public static boolean hasTooLongAnnotations(ObjectNode metadata) {
        return MetadataRules.annotationBytes(metadata.path("annotations")) > MetadataRules.MOST_ANNOTATION_BYTES;
    }

    /** Removes owner references that occur twice; the words of the warning, or {@code null} if there was none. */
    public static @Nullable String dedupeOwners(ObjectNode metadata) {
        if (!(metadata.get("ownerReferences") instanceof ArrayNode owners)) {
            return null;
        }
        // By their text: the hash codes of trees can be made to collide, and what cannot be ordered is then searched
        // through.
        Set<String> seen = new HashSet<>();
        Set<String> twice = new LinkedHashSet<>();
        ArrayNode once = metadata.arrayNode();
        for (JsonNode owner : owners) {
            if (seen.add(new String(CanonicalJson.bytes(owner), StandardCharsets.UTF_8))) {
                once.add(owner);
            } else if (twice.size() < MOST_TOLD) {
                twice.add(FieldError.shown(owner.path("uid").asText()));
            }
        }
        if (twice.isEmpty()) {
            return null;
        }
        metadata.set("ownerReferences", once);
        return ".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may"
                + " reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
                + String.join(", ", twice);
    }

    /** Violations in the metadata of a new object. */
    public static List<FieldError> check(ReportKind kind, ObjectNode metadata) {
        return MetadataRules.check(kind, metadata);
    }

    /**
     * Violations in the metadata of a new state of an object.
     *
     * @param sent as the client sent it
     */
    public static List<FieldError> checkUpdate(ReportKind kind, ObjectNode old, ObjectNode sent, ObjectNode metadata) {
        return MetadataRules.checkUpdate(kind, old, sent, metadata);
    }

    public static boolean isTerminating(ObjectNode metadata) {
        return metadata.path("deletionTimestamp").isTextual();
    }

    public static boolean hasFinalizers(ObjectNode metadata) {
        return !metadata.path("finalizers").isEmpty();
    }

    /** Whole seconds, UTC. */
    public static String timestamp(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * Whether two metadata are the same to a client: apart from version and generation, and the times of managed fields, which change
     * with every write and are no change of their own (k8s-wire 3.11).
     */
    public static boolean same(ObjectNode a, ObjectNode b) {
        return comparable(a).equals(comparable(b)) && sameManagers(a.path("managedFields"), b.path("managedFields"));
    }

    private static ObjectNode comparable(ObjectNode metadata) {
        ObjectNode copy = metadata.objectNode().setAll(metadata);
        return copy.remove(List.of("resourceVersion", "generation", "managedFields"));
    }

    private static boolean sameManagers(JsonNode a, JsonNode b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!withoutTime(a.get(i)).equals(withoutTime(b.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static JsonNode withoutTime(JsonNode entry) {
        if (!(entry instanceof ObjectNode object)) {
            return entry;
        }
        ObjectNode copy = object.objectNode().setAll(object);
        return copy.without("time");
    }
}
