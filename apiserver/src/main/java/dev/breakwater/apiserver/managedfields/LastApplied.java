package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.schema.KindSchema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The annotation of kubectl's client-side apply. What it says was applied, and still is so, kubectl takes over without a conflict;
 * and as long as it is there, it follows what kubectl applies.
 */
final class LastApplied {
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /** Fields that the annotation speaks of and that have the value it gives them; none if it is absent or not to be read. */
    static FieldSet inherited(KindSchema schema, Whole before, ByteBudget.Share memory, Toll toll) {
        String text = before.head()
                .path("metadata")
                .path("annotations")
                .path(ANNOTATION)
                .asText();
        FieldSet none = new FieldSet(toll);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        memory.take(utf8.length);
        try {
            ByteBuilder json = new ByteBuilder(utf8.length + 1).append(utf8);
            memory.take(json.array().length);
            JsonNode applied = Intake.tree(json, memory);
            if (!(applied instanceof ObjectNode object)
                    || !object.path("apiVersion").asText().equals(schema.kind().apiVersion())) {
                return none;
            }
            ObjectNode last = hashed(object, schema.bulkPath()).marked(schema.bulkPath(), null);
            FieldSet differing = Comparison.of(schema.fields(), last, before.marked(schema.bulkPath(), null), toll);
            return Comparison.fields(schema.fields(), last, toll).difference(differing);
        } catch (MalformedException e) {
            return none;
        }
    }

    /** Takes the bulk out of an object that is there as a tree. */
    private static Whole hashed(ObjectNode object, List<String> bulkPath) {
        ObjectNode parent = object;
        for (String step : bulkPath) {
            JsonNode child = parent.get(step);
            if (step.equals(bulkPath.getLast()) && child != null && child.isContainerNode()) {
                parent.remove(step);
                return new Whole(object, sha256(CanonicalJson.bytes(child)));
            }
            if (!(child instanceof ObjectNode below)) {
                break;
            }
            parent = below;
        }
        return new Whole(object, null);
    }

    /** Says in the annotation of {@code next}, which is changed, what was applied now; takes it away if that is too long for it. */
    static void renew(
            ObjectNode next, ObjectNode applied, List<String> bulkPath, Supplier<byte @Nullable []> bulk, Toll toll) {
        if (next.path("metadata").path("annotations").path(ANNOTATION).asText().isEmpty()) {
            return;
        }
        ObjectNode metadata = copy(next, "metadata");
        ObjectNode annotations = copy(metadata, "annotations");
        annotations.remove(ANNOTATION);
        byte[] bulkText = bulk.get();
        if (bulkText == null) {
            return;
        }
        ObjectNode said = applied.objectNode().setAll(applied);
        if (said.path("metadata").path("annotations").has(ANNOTATION)) {
            copy(copy(said, "metadata"), "annotations").remove(ANNOTATION);
        }
        toll.take(8L * bulkText.length);
        if (bulkText.length > 0) {
            ObjectNode parent = said;
            for (String step : bulkPath.subList(0, bulkPath.size() - 1)) {
                parent = copy(parent, step);
            }
            parent.set(bulkPath.getLast(), CanonicalJson.read(bulkText));
        }
        byte[] text = CanonicalJson.bytes(said);
        annotations.put(ANNOTATION, new String(text, StandardCharsets.UTF_8) + "\n");
        if (ObjectMeta.hasTooLongAnnotations(metadata)) {
            annotations.remove(ANNOTATION);
        }
    }

    /** Replaces a member by a copy that can be changed. */
    private static ObjectNode copy(ObjectNode parent, String name) {
        ObjectNode copy = parent.objectNode();
        if (parent.get(name) instanceof ObjectNode there) {
            copy.setAll(there);
        }
        parent.set(name, copy);
        return copy;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
