package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.managedfields.Managers.Entry;
import dev.breakwater.apiserver.managedfields.Managers.Identity;
import dev.breakwater.apiserver.schema.FieldType;
import dev.breakwater.apiserver.schema.KindSchema;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Server-side apply: a client says all that it wants of an object, and owns exactly that (k8s-wire 3.11). */
public final class Apply {
    /** The only manager that inherits from client-side apply. */
    private static final String KUBECTL = "kubectl";

    /** Owner of what was there before anybody applied. */
    private static final String BEFORE = "before-first-apply";

    private final KindSchema schema;
    private final Writer writer;

    public Apply(KindSchema schema, Writer writer) {
        this.schema = schema;
        this.writer = writer;
    }

    /**
     * @param object the new state, whole
     * @param managedFields {@code null} for none
     */
    public record Applied(Whole object, @Nullable ArrayNode managedFields) {}

    /**
     * @param before {@code null} if there is no object yet
     * @param wanted what the client applies; has no managed fields
     * @param wantedBulk canonical text of its bulk, or {@code null} if that is too long for an annotation; rarely asked for
     * @param force whether to take fields that others own and that differ
     * @param memory is asked for what is made on the way
     * @throws dev.breakwater.apiserver.status.StatusException 409 with a cause for each field that somebody else owns
     */
    public Applied over(
            @Nullable Whole before,
            Whole wanted,
            Supplier<byte @Nullable []> wantedBulk,
            boolean force,
            ByteBudget.Share memory) {
        Toll toll = new Toll(memory);
        FieldType type = schema.fields();
        Managers managers = managers(before, toll);
        ObjectNode old =
                before == null ? JsonNodeFactory.instance.objectNode() : before.marked(schema.bulkPath(), null);
        ObjectNode next = new Merge(toll).over(type, old, wanted.marked(schema.bulkPath(), null));

        String left = ManagedFields.beyond(schema.kind(), writer);
        FieldSet set = Comparison.fields(type, wanted.marked(schema.bulkPath(), left), toll);
        Identity self = writer.identity(true);
        Entry earlier = managers.entries().get(self);
        managers.put(self, new Entry(writer.apiVersion(), null, set));
        if (earlier != null) {
            next = new Merge(toll).without(type, next, earlier.set(), managers.union(toll));
        }

        FieldSet differing = Comparison.of(type, without(old, left), without(next, left), toll);
        if (!force) {
            refuseConflicts(managers, before, differing, memory, toll);
        }
        managers.take(differing.only(FieldSet.ADDED | FieldSet.MODIFIED | FieldSet.REMOVED), self);
        ManagedFields.withoutThoseOfNobody(set);
        Instant unchanged = earlier == null ? null : earlier.time();
        Instant time = old.equals(next) ? unchanged : writer.time();
        managers.put(self, new Entry(writer.apiVersion(), time, set));
        if (writer.manager().equals(KUBECTL)) {
            LastApplied.renew(next, wanted.head(), schema.bulkPath(), wantedBulk, toll);
        }
        return new Applied(Whole.of(next, schema.bulkPath()), managers.toJson());
    }

    private Managers managers(@Nullable Whole before, Toll toll) {
        if (before == null) {
            return new Managers();
        }
        Managers managers = ManagedFields.storedOrNone(schema, before, toll);
        if (managers.isSilent()) {
            Writer first = new Writer(BEFORE, writer.apiVersion(), writer.subresource(), writer.time());
            ManagedFields.update(schema, managers, null, before, first, toll);
        }
        return managers;
    }

    private static ObjectNode without(ObjectNode object, @Nullable String left) {
        return left == null
                ? object
                : object.objectNode().<ObjectNode>setAll(object).without(left);
    }

    private void refuseConflicts(
            Managers managers, @Nullable Whole before, FieldSet differing, ByteBudget.Share memory, Toll toll) {
        FieldSet touched = differing.only(FieldSet.ADDED | FieldSet.MODIFIED);
        Identity self = writer.identity(true);
        SortedMap<Identity, FieldSet> conflicts = new TreeMap<>(Identity.ORDER);
        managers.entries().forEach((identity, entry) -> {
            FieldSet theirs = entry.set().intersection(touched);
            if (!identity.equals(self) && !theirs.isEmpty()) {
                conflicts.put(identity, theirs);
            }
        });
        if (!conflicts.isEmpty() && before != null && writer.manager().equals(KUBECTL)) {
            FieldSet inherited = LastApplied.inherited(schema, before, memory, toll);
            conflicts.replaceAll((identity, theirs) -> theirs.difference(inherited));
            conflicts.values().removeIf(FieldSet::isEmpty);
        }
        if (!conflicts.isEmpty()) {
            throw Conflicts.of(conflicts);
        }
    }
}
