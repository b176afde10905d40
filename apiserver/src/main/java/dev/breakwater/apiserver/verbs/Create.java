package dev.breakwater.apiserver.verbs;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.managedfields.ManagedFields;
import dev.breakwater.apiserver.managedfields.Whole;
import dev.breakwater.apiserver.managedfields.Writer;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** POST to a collection (k8s-wire 3.5). */
public final class Create {
    /** Without vowels and look-alikes, so that no word comes out. */
    private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";

    private static final int SUFFIX_LENGTH = 5;
    private static final int LONGEST_STEM = 58;
    private static final int TRIES = 8;

    private final Registry registry;

    public Create(Registry registry) {
        this.registry = registry;
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.OBJECT);
        WriteOptions options = WriteOptions.of(call.query(), "CreateOptions", call.userAgent());
        if (call.kind().namespaced() && call.request().namespace() == null) {
            throw Statuses.methodNotAllowed(call.kind(), "create");
        }
        try (Incoming incoming = Bodies.read(registry, call)) {
            Bodies.checkStrict(call, options, incoming.findings());
            Writer writer = call.writer(options.manager(), registry.clock().instant());
            Draft draft = new Draft(
                    incoming.head(),
                    incoming.bulk() == null ? new Bulk.None() : incoming.bulk(),
                    Bodies.errors(call, incoming.findings()),
                    (object, resets) ->
                            ManagedFields.updated(call.schema(), null, object, resets, writer, incoming.memory()));
            create(call, view, options, draft, incoming);
        }
    }

    /**
     * An object that may come to be.
     *
     * @param schemaErrors what the schema has against it
     */
    record Draft(ObjectNode object, Bulk bulk, List<FieldError> schemaErrors, FirstOwnership ownership) {}

    /** Works out the managed fields of a new object. */
    interface FirstOwnership {
        @Nullable
        ArrayNode of(Whole object, boolean resets);
    }

    /**
     * Stores the object and answers with it.
     *
     * @param incoming what it was made from
     */
    void create(Call call, View view, WriteOptions options, Draft draft, Incoming incoming) throws IOException {
        ReportKind kind = call.kind();
        ObjectNode object = draft.object();
        Bulk bulk = draft.bulk();
        if (kind.statusSubresource()) {
            object.remove("status");
            if (!kind.bulkPath().isEmpty() && kind.bulkPath().getFirst().equals("status")) {
                bulk = new Bulk.None();
            }
        }
        boolean resets = ObjectMeta.resetsManagedFields(object.path("metadata"));
        ObjectNode metadata = ObjectMeta.of(object);
        if (metadata.hasNonNull("resourceVersion")) {
            throw Statuses.badRequest("resourceVersion should not be set on objects to be created");
        }
        byte[] sha256 = bulk instanceof Bulk.Provided provided ? provided.sha256() : null;
        ObjectMeta.setManagedFields(metadata, draft.ownership().of(new Whole(object, sha256), resets));
        ObjectMeta.scope(kind, metadata, call.request().namespace());
        ObjectMeta.begin(metadata, UUID.randomUUID(), registry.clock().instant());
        call.warn(ObjectMeta.dedupeOwners(metadata));
        boolean generated = metadata.path("name").asText().isEmpty()
                && !metadata.path("generateName").asText().isEmpty();
        for (int attempt = 1; ; attempt++) {
            if (generated) {
                metadata.put("name", generatedName(metadata.path("generateName").asText()));
            }
            String name = metadata.path("name").asText();
            validate(call, metadata, draft);
            Head head = registry.form().head(kind, object, sha256);
            String key = call.key(name);
            if (options.dryRun()) {
                Entry existing = registry.store().get(kind.id(), key, Projection.HEAD);
                if (existing != null) {
                    throw exists(kind, name, existing, incoming.memory());
                }
                answer(call, view, 0, key, head, bulk, incoming);
                return;
            }
            switch (registry.store().write(new Write.Create(kind.id(), key, head, bulk))) {
                case WriteOutcome.Applied applied -> {
                    answer(call, view, applied.revision(), key, head, bulk, incoming);
                    return;
                }
                case WriteOutcome.AlreadyExists taken -> {
                    if (!generated) {
                        throw exists(kind, name, registry.store().entry(taken.existing()), incoming.memory());
                    }
                    if (attempt == TRIES) {
                        throw Statuses.noUniqueName(
                                kind, metadata.path("generateName").asText());
                    }
                }
                case WriteOutcome.Conflict conflict -> throw impossible(conflict);
                case WriteOutcome.Missing missing -> throw impossible(missing);
            }
        }
    }

    private void answer(Call call, View view, long revision, String key, Head head, Bulk bulk, Incoming incoming)
            throws IOException {
        registry.answer()
                .send(
                        call.request(),
                        201,
                        view,
                        Results.shown(registry, view, revision, key, head, bulk, null, incoming.remembered()));
    }

    private static void validate(Call call, ObjectNode metadata, Draft draft) {
        List<FieldError> errors = new ArrayList<>(draft.schemaErrors());
        errors.addAll(ObjectMeta.check(call.kind(), metadata));
        if (!errors.isEmpty()) {
            throw Statuses.invalid(call.kind(), metadata.path("name").asText(), errors);
        }
    }

    private StatusException exists(ReportKind kind, String name, @Nullable Entry existing, Allowance memory) {
        boolean terminating =
                existing != null && ObjectMeta.isTerminating(registry.form().metadata(existing, memory));
        return Statuses.alreadyExists(kind, name, terminating);
    }

    private String generatedName(String stem) {
        StringBuilder name = new StringBuilder(stem.substring(0, Math.min(stem.length(), LONGEST_STEM)));
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
            name.append(SUFFIX_LETTERS.charAt(registry.random().nextInt(SUFFIX_LETTERS.length())));
        }
        return name.toString();
    }

    static IllegalStateException impossible(WriteOutcome outcome) {
        return new IllegalStateException("the store answered " + quoted(outcome.toString()));
    }
}
