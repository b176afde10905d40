package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.managedfields.Managers.Entry;
import dev.breakwater.apiserver.managedfields.Managers.Identity;
import dev.breakwater.apiserver.schema.KindSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records who set which fields (k8s-wire 3.11): works out {@code metadata.managedFields} of each new state.
 *
 * <p>As in kube-apiserver, an update takes from the others what it changes and adds what it adds, fields that go are nobody's, and an
 * object that was stored without managers gets none by an update: its first is told by the first apply.
 */
public final class ManagedFields {
    /** Fields of the metadata that are nobody's. */
    static final List<String> OF_NOBODY = List.of(
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion");

    private ManagedFields() {}

    /**
     * Managers of an object that a create, update or patch is about to store.
     *
     * @param before {@code null} for a create
     * @param after as the client wants it, with the managed fields that it sent; the empty ones removed from its metadata
     * @param resets whether the client asked to forget all managers
     * @param memory is asked for what is made on the way
     * @return {@code null} for none
     */
    public static @Nullable ArrayNode updated(
            KindSchema schema, @Nullable Whole before, Whole after, boolean resets, Writer writer, Allowance memory) {
        Toll toll = new Toll(memory);
        JsonNode sent = sent(after, writer);
        if (!resets && before == null && sent.isEmpty()) {
            ObjectNode object = after.compared(schema.bulkPath(), beyond(schema.kind(), writer));
            return QuickFields.created(schema.fields(), object, writer, toll);
        }
        if (!resets && before != null) {
            JsonNode stored = before.head().path("metadata").path("managedFields");
            if (stored.size() == 1 && (sent.isEmpty() || sent.equals(stored))) {
                FieldSet differing = differing(schema, before, after, writer, toll);
                ArrayNode retimed =
                        differing.isEmpty() ? (ArrayNode) stored : QuickFields.retimed(stored, differing, writer);
                if (retimed != null) {
                    return retimed;
                }
            }
        }
        Managers managers = resets ? new Managers() : known(schema, before, after, writer, toll);
        if (managers.isSilent() && before != null) {
            return null;
        }
        update(schema, managers, before, after, writer, toll);
        return managers.toJson();
    }

    /** What the client says of the managers, unless it says nothing or nonsense, or may not: then what is stored. */
    private static Managers known(KindSchema schema, @Nullable Whole before, Whole after, Writer writer, Toll toll) {
        if (writer.subresource().isEmpty()) {
            try {
                Managers sent = stored(schema, after, toll);
                if (!sent.isSilent()) {
                    return sent;
                }
            } catch (IllegalArgumentException e) {
                // Clients that know nothing of managed fields must not lose them.
            }
        }
        return before == null ? new Managers() : storedOrNone(schema, before, toll);
    }

    static Managers storedOrNone(KindSchema schema, Whole object, Toll toll) {
        try {
            return stored(schema, object, toll);
        } catch (IllegalArgumentException e) {
            return new Managers();
        }
    }

    private static Managers stored(KindSchema schema, Whole object, Toll toll) {
        JsonNode managedFields = object.head().path("metadata").path("managedFields");
        return Managers.of(managedFields, schema.fields(), schema.kind().apiVersion(), toll);
    }

    static void update(
            KindSchema schema, Managers managers, @Nullable Whole before, Whole after, Writer writer, Toll toll) {
        FieldSet differing = differing(schema, before, after, writer, toll);
        if (differing.isEmpty()) {
            return;
        }
        FieldSet set = differing.only(FieldSet.ADDED | FieldSet.MODIFIED);
        managers.take(differing.only(FieldSet.ADDED | FieldSet.MODIFIED | FieldSet.REMOVED), null);
        withoutThoseOfNobody(set);
        if (!set.isEmpty()) {
            Identity identity = writer.identity(false);
            Entry earlier = managers.entries().get(identity);
            managers.put(
                    identity,
                    new Entry(writer.apiVersion(), writer.time(), set.union(earlier == null ? null : earlier.set())));
        }
        managers.cap();
    }

    private static FieldSet differing(
            KindSchema schema, @Nullable Whole before, Whole after, Writer writer, Toll toll) {
        String left = beyond(schema.kind(), writer);
        List<String> bulkPath = schema.bulkPath();
        ObjectNode old = before == null ? JsonNodeFactory.instance.objectNode() : before.compared(bulkPath, left);
        return Comparison.of(schema.fields(), old, after.compared(bulkPath, left), toll);
    }

    /** What the client says of managers; nothing on a subresource, where it may not. */
    private static JsonNode sent(Whole after, Writer writer) {
        return writer.subresource().isEmpty()
                ? after.head().path("metadata").path("managedFields")
                : MissingNode.getInstance();
    }

    /** The member of the root that a path cannot change: what is sent there is nobody's. */
    static @Nullable String beyond(ReportKind kind, Writer writer) {
        if (!kind.statusSubresource()) {
            return null;
        }
        return writer.subresource().isEmpty() ? "status" : "spec";
    }

    static void withoutThoseOfNobody(FieldSet set) {
        set.leaveOut(PathStep.name("apiVersion"));
        set.leaveOut(PathStep.name("kind"));
        FieldSet metadata = set.child(PathStep.name("metadata"));
        if (metadata != null) {
            OF_NOBODY.forEach(field -> metadata.leaveOut(PathStep.name(field)));
            set.leaveOut(PathStep.name("metadata"));
        }
    }
}
