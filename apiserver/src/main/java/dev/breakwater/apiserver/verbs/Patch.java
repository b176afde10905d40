package dev.breakwater.apiserver.verbs;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.negotiate.BodyType;
import dev.breakwater.apiserver.negotiate.BodyType.PatchType;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.options.WriteOptions.FieldValidation;
import dev.breakwater.apiserver.patch.JsonPatch;
import dev.breakwater.apiserver.patch.MergePatch;
import dev.breakwater.apiserver.patch.PatchException;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.verbs.Replacement.Proposal;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Projection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * PATCH of an object or its status (k8s-wire 3.7). A patch that misses the bulk works on the head alone; one that does not makes a
 * tree of the whole object, and has a lower limit for it.
 */
public final class Patch {
    /** Most bytes of a patch, and of a bulk that a patch changes: a tree takes three times as many, or fifty. */
    static final int LIMIT = 3 << 20;

    private static final int TRIES = 100;

    private final Registry registry;
    private final Committer committer;
    private final WholeObject wholeObject;
    private final ApplyPatch apply;

    public Patch(Registry registry) {
        this.registry = registry;
        this.committer = new Committer(registry);
        this.wholeObject = new WholeObject(registry);
        this.apply = new ApplyPatch(registry);
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.OBJECT);
        PatchType type = BodyType.patch(call.request().http().getHeader("Content-Type"));
        if (type == PatchType.APPLY) {
            apply.serve(call, view);
            return;
        }
        WriteOptions options = WriteOptions.of(call.query(), "PatchOptions", call.userAgent());
        try (ByteBudget.Share memory = registry.intake().open()) {
            Change change = read(call, type, memory);
            long mark = memory.taken();
            for (int attempt = 0; attempt < TRIES; attempt++) {
                Entry old = registry.store().get(call.kind().id(), call.key(), Projection.HEAD);
                if (old == null) {
                    throw Statuses.notFound(call.kind(), call.name());
                }
                Deadline.of(call.request().http()).check();
                if (attempt(call, view, options, change, old, memory)) {
                    return;
                }
                memory.backTo(mark);
            }
        }
        throw Statuses.modified(call.kind(), call.name());
    }

    /** Whether it was stored and answered; not if another writer came first. */
    private boolean attempt(
            Call call, View view, WriteOptions options, Change change, Entry old, ByteBudget.Share memory)
            throws IOException {
        List<String> way = call.kind().bulkPath();
        boolean misses = old.bulk() == null && way.isEmpty() || change.misses(way);
        ObjectNode tree = registry.form().tree(call.kind(), old, memory);
        ByteBuilder json = patched(call, change, old, misses || change.replaces(way), memory);
        boolean bulkElsewhere = misses && old.bulk() != null;
        try (Incoming incoming = bulkElsewhere
                ? registry.intake().readHead(call.schema(), json, memory)
                : registry.intake().read(call.schema(), json, memory)) {
            Bodies.checkMetadataTypes(call.kind(), incoming.findings());
            strict(call, options, change, incoming, old, memory);
            Bulk bulk =
                    bulkElsewhere ? new Bulk.Unchanged() : incoming.bulk() == null ? new Bulk.None() : incoming.bulk();
            Replacement replacement = Replacement.of(
                    registry.form(),
                    call,
                    old,
                    tree,
                    new Proposal(
                            incoming.head(),
                            bulk,
                            Bodies.errors(call, incoming.findings()),
                            Bodies.ownership(registry, call, options, memory)));
            Shown shown = committer.commit(call, view, old, replacement, options.dryRun(), incoming.remembered());
            if (shown != null) {
                // Here, because the bytes of a new bulk end with what was read.
                registry.answer().send(call.request(), 200, view, shown);
            }
            return shown != null;
        } catch (MalformedException e) {
            throw Bodies.unrecognized(call.kind(), String.valueOf(e.getMessage()));
        }
    }

    /** The object with the patch applied, as text: its tree is garbage when this returns. */
    private ByteBuilder patched(Call call, Change change, Entry old, boolean headOnly, ByteBudget.Share memory)
            throws IOException {
        long mark = memory.taken();
        ObjectNode whole =
                headOnly ? registry.form().tree(call.kind(), old, memory) : wholeObject.tree(call.kind(), old, memory);
        ObjectNode patched = apply(call, change, whole, memory);
        Bodies.checkKind(call.kind(), patched);
        String given = patched.path("metadata").path("resourceVersion").asText();
        if (!given.isEmpty()) {
            Replacement.requireRevision(call, given, old);
        }
        // Long enough at once for most, or a text that grows would be there twice.
        int expected = (int) (change.length()
                + old.head().meta().length()
                + old.head().rest().length()
                + (headOnly || old.bulk() == null ? 0 : old.bulk().length())
                + 1024);
        memory.take(expected);
        ByteBuilder json = new ByteBuilder(expected, memory);
        CanonicalJson.append(json, patched);
        memory.backTo(mark + json.array().length);
        return json;
    }

    /** A patch that was read. */
    private sealed interface Change {
        record Merge(JsonNode patch, int length) implements Change {}

        record Operations(JsonPatch patch, int length) implements Change {}

        /** Bytes of the patch. */
        int length();

        default boolean misses(List<String> way) {
            return switch (this) {
                case Merge merge -> MergePatch.misses(merge.patch, way);
                case Operations operations -> operations.patch.misses(way);
            };
        }

        /** Whether what lies at {@code way} need not be known. */
        default boolean replaces(List<String> way) {
            return this instanceof Merge merge && !way.isEmpty() && MergePatch.replaces(merge.patch, way);
        }
    }

    private static Change read(Call call, PatchType type, ByteBudget.Share memory) throws IOException {
        HttpServletRequest http = call.request().http();
        JsonNode patch;
        int length;
        try {
            ByteBuilder body = Bodies.whole(new TimedBody(http), http.getContentLengthLong(), LIMIT, memory);
            if (body.length() == 0) {
                throw Statuses.badRequest("error decoding patch: the body is empty");
            }
            length = body.length();
            patch = Intake.tree(body, memory);
        } catch (MalformedException e) {
            throw Statuses.badRequest("error decoding patch: " + e.getMessage());
        }
        if (type == PatchType.MERGE) {
            if (!patch.isObject()) {
                throw Statuses.badRequest("error decoding patch: a merge patch of an object is an object");
            }
            return new Change.Merge(patch, length);
        }
        if (patch.size() > JsonPatch.MOST) {
            throw Statuses.requestEntityTooLarge(
                    "The allowed maximum operations in a JSON patch is " + JsonPatch.MOST + ", got " + patch.size());
        }
        try {
            return new Change.Operations(JsonPatch.of(patch), length);
        } catch (IllegalArgumentException e) {
            throw Statuses.badRequest("error decoding patch: " + e.getMessage());
        }
    }

    private static ObjectNode apply(Call call, Change change, ObjectNode whole, ByteBudget.Share memory) {
        try {
            JsonNode patched = switch (change) {
                case Change.Merge merge -> MergePatch.apply(whole, merge.patch, memory);
                case Change.Operations operations -> operations.patch.apply(whole, memory);
            };
            if (patched instanceof ObjectNode object) {
                return object;
            }
            throw Statuses.unprocessable("the patch turns the object into something else");
        } catch (PatchException e) {
            throw Statuses.unprocessable("the server rejected our request due to an error in our request: "
                    + e.getMessage() + " (" + call.kind().qualifiedResource() + " " + quoted(call.name()) + ")");
        }
    }

    /** Unknown fields that the patch brings; those that were stored already are not its affair. */
    private void strict(
            Call call, WriteOptions options, Change change, Incoming incoming, Entry old, ByteBudget.Share memory)
            throws IOException {
        List<String> found = new ArrayList<>(incoming.findings().strict());
        if (found.isEmpty() || options.fieldValidation() == FieldValidation.IGNORE) {
            return;
        }
        long mark = memory.taken();
        ObjectNode before = change.misses(call.kind().bulkPath())
                ? registry.form().tree(call.kind(), old, memory)
                : wholeObject.tree(call.kind(), old, memory);
        ByteBuilder json = new ByteBuilder(0, memory);
        CanonicalJson.append(json, before);
        try (Incoming stored = registry.intake().readHead(call.schema(), json, memory)) {
            found.removeAll(stored.findings().strict());
        }
        memory.backTo(mark);
        if (found.isEmpty()) {
            return;
        }
        if (options.fieldValidation() == FieldValidation.STRICT) {
            throw Statuses.invalid(
                    call.kind(),
                    call.name(),
                    List.of(FieldError.invalid(
                            "patch", "\"\"", "strict decoding error: " + Bodies.told(found, incoming.findings()))));
        }
        Warnings.add(call, found);
    }
}
