package dev.breakwater.apiserver.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.managedfields.Apply;
import dev.breakwater.apiserver.managedfields.Whole;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.options.WriteOptions.FieldValidation;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.verbs.Create.Draft;
import dev.breakwater.apiserver.verbs.Replacement.Proposal;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Projection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Server-side apply of an object or its status (k8s-wire 3.11). The bulk passes as in a create: it is one field, and no tree. */
final class ApplyPatch {
    private static final int TRIES = 100;

    private final Registry registry;
    private final Committer committer;
    private final Create create;

    ApplyPatch(Registry registry) {
        this.registry = registry;
        this.committer = new Committer(registry);
        this.create = new Create(registry);
    }

    void serve(Call call, View view) throws IOException {
        WriteOptions options = WriteOptions.ofApply(call.query());
        try (Incoming wanted = ApplyBody.read(registry, call)) {
            checkWanted(call, wanted);
            ByteBudget.Share memory = wanted.memory();
            long mark = memory.taken();
            for (int attempt = 0; attempt < TRIES; attempt++) {
                Entry old = registry.store().get(call.kind().id(), call.key(), Projection.HEAD);
                Deadline.of(call.request().http()).check();
                if (attempt(call, view, options, wanted, old, attempt == 0)) {
                    return;
                }
                memory.backTo(mark);
            }
        }
        throw Statuses.modified(call.kind(), call.name());
    }

    private static void checkWanted(Call call, Incoming wanted) {
        ObjectNode object = wanted.head();
        String apiVersion = object.path("apiVersion").asText();
        String kind = object.path("kind").asText();
        if (!apiVersion.equals(call.kind().apiVersion())
                || !kind.equals(call.kind().kind())) {
            String version = apiVersion.isEmpty() || apiVersion.contains("/") ? apiVersion : "/" + apiVersion;
            throw Statuses.badRequest("invalid object type: " + FieldError.shown(version.isEmpty() ? "/" : version)
                    + ", Kind=" + FieldError.shown(kind));
        }
        Bodies.checkMetadataTypes(call.kind(), wanted.findings());
        if (object.path("metadata").hasNonNull("managedFields")) {
            throw Statuses.badRequest("metadata.managedFields must be nil");
        }
    }

    /** Whether it was stored and answered; not if another writer came first. */
    private boolean attempt(
            Call call, View view, WriteOptions options, Incoming wanted, @Nullable Entry old, boolean first)
            throws IOException {
        ByteBudget.Share memory = wanted.memory();
        ObjectNode tree = old == null ? null : registry.form().tree(call.kind(), old, memory);
        Whole before = old == null || tree == null ? null : new Whole(tree, StoredForm.bulkSha256(old.head()));
        Bulk.Provided wantedBulk = wanted.bulk();
        Apply.Applied applied = new Apply(
                        call.schema(),
                        call.writer(options.manager(), registry.clock().instant()))
                .over(
                        before,
                        new Whole(wanted.head(), wantedBulk == null ? null : wantedBulk.sha256()),
                        () -> ApplyBody.shortBulk(registry, wantedBulk),
                        options.force(),
                        memory);
        if (first) {
            strict(call, options, wanted);
        }
        Bulk bulk = bulk(old, before, wanted, applied.object().bulkSha256());
        try (Incoming incoming = read(call, applied.object().head(), !(bulk instanceof Bulk.None), memory)) {
            Bodies.checkMetadataTypes(call.kind(), incoming.findings());
            List<FieldError> errors = new ArrayList<>(Bodies.errors(call, incoming.findings()));
            if (bulk instanceof Bulk.Provided) {
                errors.addAll(ApplyBody.errorsInBulk(call, wanted.findings()));
            }
            if (old == null || tree == null) {
                createAbsent(
                        call,
                        view,
                        options,
                        wanted,
                        new Draft(incoming.head(), bulk, errors, (object, resets) -> applied.managedFields()));
                return true;
            }
            requireRevision(call, wanted.head(), old);
            Replacement replacement = Replacement.of(
                    registry.form(),
                    call,
                    old,
                    tree,
                    new Proposal(incoming.head(), bulk, errors, (was, sent, resets) -> applied.managedFields()));
            boolean remembered = bulk instanceof Bulk.Provided && wanted.remembered();
            Shown shown = committer.commit(call, view, old, replacement, options.dryRun(), remembered);
            if (shown != null) {
                registry.answer().send(call.request(), 200, view, shown);
            }
            return shown != null;
        } catch (MalformedException e) {
            throw Bodies.unrecognized(call.kind(), String.valueOf(e.getMessage()));
        }
    }

    /** The new state, checked by the schema; its own trees, so that the applied one is whole for another attempt. */
    private Incoming read(Call call, ObjectNode object, boolean bulkElsewhere, ByteBudget.Share memory)
            throws IOException {
        ByteBuilder json = new ByteBuilder(4096, memory);
        CanonicalJson.append(json, object);
        return bulkElsewhere
                ? registry.intake().readHead(call.schema(), json, memory)
                : registry.intake().read(call.schema(), json, memory);
    }

    /** The bulk that the new state has, by its hash: that which is stored, or that which was sent. */
    private static Bulk bulk(@Nullable Entry old, @Nullable Whole before, Incoming wanted, byte @Nullable [] sha256) {
        if (sha256 == null) {
            return new Bulk.None();
        }
        if (old != null && before != null && Arrays.equals(sha256, before.bulkSha256())) {
            return Replacement.unchanged(old);
        }
        return wanted.bulk() == null ? new Bulk.None() : wanted.bulk();
    }

    private static void requireRevision(Call call, ObjectNode wanted, Entry old) {
        String given = wanted.path("metadata").path("resourceVersion").asText();
        if (!given.isEmpty()) {
            Replacement.requireRevision(call, given, old);
        }
    }

    private void createAbsent(Call call, View view, WriteOptions options, Incoming wanted, Draft draft)
            throws IOException {
        JsonNode metadata = wanted.head().path("metadata");
        if (call.onStatus()) {
            throw Statuses.notFound(call.kind(), call.name());
        }
        String uid = metadata.path("uid").asText();
        if (!uid.isEmpty()) {
            throw Statuses.conflict(
                    call.kind(),
                    call.name(),
                    "uid mismatch: the provided object specified uid " + FieldError.shown(uid)
                            + ", and no existing object was found");
        }
        Replacement.requireName(call, metadata);
        ObjectNode own = draft.object().withObject("/metadata").put("name", call.name());
        // kube-apiserver creates whatever version was wanted: nothing is there that could have another.
        own.remove("resourceVersion");
        create.create(call, view, options, draft, wanted);
    }

    /** Unknown fields are told of as in a create; that they are kept is a difference that the docs name. */
    private static void strict(Call call, WriteOptions options, Incoming wanted) {
        List<String> found = wanted.findings().strict();
        if (found.isEmpty() || options.fieldValidation() == FieldValidation.IGNORE) {
            return;
        }
        if (options.fieldValidation() == FieldValidation.STRICT) {
            throw Statuses.badRequest("error strict decoding YAML: " + Bodies.told(found, wanted.findings()));
        }
        Warnings.add(call, found);
    }
}
