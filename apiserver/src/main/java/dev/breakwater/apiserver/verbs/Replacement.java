package dev.breakwater.apiserver.verbs;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.managedfields.Whole;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a new state that a client sent makes of a stored object (k8s-wire 3.4 and 3.6). */
sealed interface Replacement {
    /** Nothing: the object keeps its resourceVersion and no event is sent. */
    record NoChange() implements Replacement {}

    record NewState(Head head, Bulk bulk) implements Replacement {}

    /** The last finalizer of a terminating object is gone. */
    record End(Head head, Bulk bulk) implements Replacement {}

    /**
     * A new state as it was sent.
     *
     * @param object without its bulk
     * @param schemaErrors what the schema has against it
     * @param ownership who owns which of its fields
     */
    record Proposal(ObjectNode object, Bulk bulk, List<FieldError> schemaErrors, Ownership ownership) {}

    /** Works out the managed fields of a new state. */
    interface Ownership {
        /**
         * @param sent the new state with the empty parts of its metadata removed
         * @param resets whether the client asked to forget all managers
         */
        @Nullable
        ArrayNode of(Whole before, Whole sent, boolean resets);
    }

    /**
     * @param tree the object in {@code old}; not changed
     * @throws dev.breakwater.apiserver.status.StatusException 422 for what breaks a rule
     */
    static Replacement of(StoredForm form, Call call, Entry old, ObjectNode tree, Proposal proposal) {
        ReportKind kind = call.kind();
        ObjectNode oldMeta = (ObjectNode) tree.get("metadata");
        boolean bulkInStatus =
                !kind.bulkPath().isEmpty() && kind.bulkPath().getFirst().equals("status");
        boolean keepsBulk = kind.statusSubresource() && call.onStatus() != bulkInStatus;
        Bulk bulk = keepsBulk ? unchanged(old) : proposal.bulk();
        ObjectNode next = scoped(call, tree, proposal.object());
        ObjectNode meta = metadata(call, oldMeta, proposal.object(), next);
        ObjectMeta.setManagedFields(meta, owners(call, old, tree, proposal, next));

        List<FieldError> errors = new ArrayList<>(proposal.schemaErrors());
        JsonNode sentMeta = proposal.object().path("metadata");
        boolean ofClient = !call.onStatus() && sentMeta.isObject();
        errors.addAll(ObjectMeta.checkUpdate(kind, oldMeta, ofClient ? (ObjectNode) sentMeta : oldMeta, meta));
        if (!errors.isEmpty()) {
            throw Statuses.invalid(kind, call.name(), errors);
        }

        byte @Nullable [] sha256 = sha256(old, bulk);
        boolean sameBulk = Arrays.equals(sha256, StoredForm.bulkSha256(old.head()));
        boolean sameStatus = next.path("status").equals(tree.path("status"));
        boolean sameSpec = without(next, kind.statusSubresource()).equals(without(tree, kind.statusSubresource()));
        boolean sameContent = sameSpec && sameBulk && (sameStatus || !kind.statusSubresource());
        if (sameContent && ObjectMeta.same(oldMeta, meta)) {
            return new NoChange();
        }
        boolean bumps = !sameSpec || !sameBulk && !bulkInStatus;
        meta.put("generation", oldMeta.path("generation").asLong() + (bumps ? 1 : 0));
        Bulk stored = sameBulk ? unchanged(old) : bulk;
        Head head = form.head(kind, next, sha256);
        return ObjectMeta.isTerminating(meta) && !ObjectMeta.hasFinalizers(meta)
                ? new End(head, stored)
                : new NewState(head, stored);
    }

    static Bulk unchanged(Entry old) {
        return old.bulk() == null ? new Bulk.None() : new Bulk.Unchanged();
    }

    /** Fields are compared as they were sent, also those that the path then leaves alone: so kube-apiserver does it. */
    private static @Nullable ArrayNode owners(
            Call call, Entry old, ObjectNode tree, Proposal proposal, ObjectNode next) {
        ObjectNode sent = next;
        if (call.kind().statusSubresource()) {
            sent = ObjectMeta.withOwnMetadata(proposal.object());
            ObjectMeta.of(sent);
        }
        return proposal.ownership()
                .of(
                        new Whole(tree, StoredForm.bulkSha256(old.head())),
                        new Whole(sent, sha256(old, proposal.bulk())),
                        ObjectMeta.resetsManagedFields(proposal.object().path("metadata")));
    }

    /** The part of the object that the path may change is the client's, the other part stays. */
    private static ObjectNode scoped(Call call, ObjectNode tree, ObjectNode sent) {
        if (!call.kind().statusSubresource()) {
            return ObjectMeta.withOwnMetadata(sent);
        }
        ObjectNode next = ObjectMeta.withOwnMetadata(call.onStatus() ? tree : sent);
        JsonNode status = (call.onStatus() ? sent : tree).get("status");
        if (status == null) {
            next.remove("status");
        } else {
            next.set("status", status);
        }
        return next;
    }

    private static ObjectNode metadata(Call call, ObjectNode oldMeta, ObjectNode sent, ObjectNode next) {
        ObjectNode sentMeta = sent.path("metadata") instanceof ObjectNode given ? given : next.objectNode();
        ObjectNode meta = ObjectMeta.of(next);
        requireName(call, sentMeta);
        meta.put("name", call.name());
        ObjectMeta.scope(call.kind(), meta, call.request().namespace());
        ObjectMeta.keep(oldMeta, meta);
        meta.remove("resourceVersion");
        call.warn(ObjectMeta.dedupeOwners(meta));
        return meta;
    }

    private static ObjectNode without(ObjectNode object, boolean status) {
        ObjectNode copy = object.objectNode();
        copy.setAll(object);
        copy.remove("metadata");
        if (status) {
            copy.remove("status");
        }
        return copy;
    }

    private static byte @Nullable [] sha256(Entry old, Bulk bulk) {
        return switch (bulk) {
            case Bulk.Provided provided -> provided.sha256();
            case Bulk.Unchanged unchanged -> StoredForm.bulkSha256(old.head());
            case Bulk.None none -> null;
        };
    }

    /** @param metadata as sent; without a name it means the one in the URL */
    static void requireName(Call call, JsonNode metadata) {
        String name = metadata.path("name").asText();
        if (!name.isEmpty() && !name.equals(call.name())) {
            throw Statuses.badRequest("the name of the object (" + FieldError.shown(name)
                    + ") does not match the name on the URL (" + call.name() + ")");
        }
    }

    /** The uid in the body of an update is a precondition; in a patch it is a field that cannot change. */
    static void requireUid(Call call, ObjectNode sent, Entry old) {
        String uid = sent.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(old.head().uid())) {
            throw Statuses.conflict(
                    call.kind(),
                    call.name(),
                    "Precondition failed: UID in precondition: " + FieldError.shown(uid) + ", UID in object meta: "
                            + old.head().uid());
        }
    }

    /** @param given resourceVersion as sent */
    static void requireRevision(Call call, String given, Entry old) {
        if (!given.equals(Long.toString(old.revision()))) {
            boolean decimal = given.length() <= 19 && given.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!decimal) {
                throw Statuses.invalid(
                        call.kind(),
                        call.name(),
                        List.of(FieldError.invalid(
                                "metadata.resourceVersion", quoted(given), "must be a decimal number")));
            }
            throw Statuses.modified(call.kind(), call.name());
        }
    }
}
