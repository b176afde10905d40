package dev.breakwater.apiserver.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.apiserver.options.DeleteOptions;
import dev.breakwater.apiserver.options.DeleteOptions.Propagation;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusBody;
import dev.breakwater.apiserver.status.StatusException.Details;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** DELETE of one object (k8s-wire 3.8). */
public final class Delete {
    private static final int LIMIT = 1 << 20;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final Registry registry;

    public Delete(Registry registry) {
        this.registry = registry;
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.OBJECT);
        try (ByteBudget.Share memory = registry.intake().open()) {
            DeleteOptions options = options(call, memory);
            Outcome outcome = delete(
                    call.kind(), call.key(), options, Deadline.of(call.request().http()), memory);
            switch (outcome) {
                case Outcome.Absent absent -> throw Statuses.notFound(call.kind(), call.name());
                case Outcome.Gone gone -> success(call, call.name(), gone.uid());
                case Outcome.Terminating terminating ->
                    registry.answer().send(call.request(), 200, view, terminating.shown());
            }
        }
    }

    /** What became of one object. */
    sealed interface Outcome {
        record Absent() implements Outcome {}

        record Gone(String uid) implements Outcome {}

        /** Finalizers keep it for now. */
        record Terminating(Shown shown) implements Outcome {}
    }

    /** Options from the body, or from the query if there is no body; {@code memory} is as it was afterwards. */
    static DeleteOptions options(Call call, ByteBudget.Share memory) throws IOException {
        HttpServletRequest http = call.request().http();
        long before = memory.taken();
        try {
            JsonNode tree = Bodies.tree(http, LIMIT, memory);
            return DeleteOptions.of(
                    tree == null || tree.isMissingNode() ? null : tree,
                    call.query(),
                    call.kind().apiVersion());
        } catch (MalformedException | IllegalArgumentException e) {
            throw Statuses.badRequest(
                    "the object provided is unrecognized (must be of type DeleteOptions): " + e.getMessage());
        } finally {
            memory.backTo(before);
        }
    }

    static void success(Call call, @Nullable String name, @Nullable String uid) throws IOException {
        Details details = new Details(name, call.kind().group(), call.kind().plural(), uid, List.of(), 0);
        byte[] body = CanonicalJson.bytes(StatusBody.success(details));
        call.request().response().setStatus(200);
        call.request().response().setContentType("application/json");
        call.request().response().setHeader("Cache-Control", "no-cache, private");
        call.request().response().setContentLength(body.length);
        call.request().response().getOutputStream().write(body);
    }

    /**
     * Tries again when another writer comes first, unless the client named the version, as long as the client waits. Only an object that finalizers keep becomes a
     * tree: what is too large for one can be deleted all the same.
     */
    Outcome delete(ReportKind kind, String key, DeleteOptions options, Deadline deadline, ByteBudget.Share memory) {
        while (true) {
            deadline.check();
            Entry entry = registry.store().get(kind.id(), key, Projection.HEAD);
            if (entry == null) {
                return new Outcome.Absent();
            }
            checkPreconditions(kind, key, entry, options);
            long before = memory.taken();
            ObjectNode metadata = registry.form().metadata(entry, memory);
            recomputeFinalizers(metadata, options.propagation());
            Outcome outcome = ObjectMeta.hasFinalizers(metadata)
                    ? terminate(kind, entry, metadata, memory, options.dryRun())
                    : remove(kind, entry, options.dryRun());
            memory.backTo(before);
            if (outcome != null) {
                return outcome;
            }
        }
    }

    private @Nullable Outcome remove(ReportKind kind, Entry entry, boolean dryRun) {
        Outcome gone = new Outcome.Gone(entry.head().uid());
        if (dryRun) {
            return gone;
        }
        return switch (registry.store().write(new Write.Delete(kind.id(), entry.key(), entry.revision()))) {
            case WriteOutcome.Applied applied -> gone;
            case WriteOutcome.Conflict conflict -> null;
            case WriteOutcome.Missing missing -> null;
            case WriteOutcome.AlreadyExists exists -> throw Create.impossible(exists);
        };
    }

    private @Nullable Outcome terminate(
            ReportKind kind, Entry entry, ObjectNode metadata, ByteBudget.Share memory, boolean dryRun) {
        ObjectNode tree = registry.form().tree(kind, entry, memory);
        ObjectNode before = (ObjectNode) tree.get("metadata");
        if (!ObjectMeta.isTerminating(metadata)) {
            metadata.put(
                    "deletionTimestamp", ObjectMeta.timestamp(registry.clock().instant()));
            metadata.put("deletionGracePeriodSeconds", 0);
            metadata.put("generation", metadata.path("generation").asLong() + 1);
        } else if (metadata.equals(before.without("resourceVersion"))) {
            return new Outcome.Terminating(Shown.of(entry, registry.store()));
        }
        tree.set("metadata", metadata);
        Head head = registry.form().head(kind, tree, StoredForm.bulkSha256(entry.head()));
        Shown.BulkBytes bulk = Shown.of(entry, registry.store()).bulk();
        if (dryRun) {
            return new Outcome.Terminating(new Shown(entry.revision(), entry.key(), head, bulk));
        }
        Write write = new Write.Replace(kind.id(), entry.key(), entry.revision(), head, Replacement.unchanged(entry));
        return switch (registry.store().write(write)) {
            case WriteOutcome.Applied applied ->
                new Outcome.Terminating(new Shown(applied.revision(), entry.key(), head, bulk));
            case WriteOutcome.Conflict conflict -> null;
            case WriteOutcome.Missing missing -> null;
            case WriteOutcome.AlreadyExists exists -> throw Create.impossible(exists);
        };
    }

    private static void checkPreconditions(ReportKind kind, String key, Entry entry, DeleteOptions options) {
        String name = key.substring(key.indexOf('/') + 1);
        String uid = options.uid();
        if (uid != null && !uid.equals(entry.head().uid())) {
            throw Statuses.conflict(
                    kind,
                    name,
                    "Precondition failed: UID in precondition: " + FieldError.shown(uid) + ", UID in object meta: "
                            + entry.head().uid());
        }
        String version = options.resourceVersion();
        if (version != null && !version.equals(Long.toString(entry.revision()))) {
            throw Statuses.conflict(
                    kind,
                    name,
                    "Precondition failed: ResourceVersion in precondition: " + FieldError.shown(version)
                            + ", ResourceVersion in object meta: " + entry.revision());
        }
    }

    /** The two finalizers of the garbage collector follow the policy; without one, those that are there stay. */
    private static void recomputeFinalizers(ObjectNode metadata, Propagation propagation) {
        if (propagation == Propagation.UNSAID) {
            return;
        }
        ArrayNode finalizers = metadata.arrayNode();
        metadata.path("finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(ORPHAN) && !finalizer.asText().equals(FOREGROUND)) {
                finalizers.add(finalizer);
            }
        });
        switch (propagation) {
            case ORPHAN -> finalizers.add(ORPHAN);
            case FOREGROUND -> finalizers.add(FOREGROUND);
            case BACKGROUND, UNSAID -> {}
        }
        if (finalizers.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            metadata.set("finalizers", finalizers);
        }
    }

    /** Whether objects without finalizers can be removed as they are, by the page. */
    static boolean plain(DeleteOptions options) {
        return options.uid() == null
                && options.resourceVersion() == null
                && (options.propagation() == Propagation.UNSAID || options.propagation() == Propagation.BACKGROUND);
    }
}
