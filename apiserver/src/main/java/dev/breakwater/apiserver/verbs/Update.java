package dev.breakwater.apiserver.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.verbs.Replacement.Proposal;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Projection;
import java.io.IOException;
import java.util.List;

/** PUT of an object or its status (k8s-wire 3.6). */
public final class Update {
    private final Registry registry;
    private final Committer committer;

    public Update(Registry registry) {
        this.registry = registry;
        this.committer = new Committer(registry);
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.OBJECT);
        WriteOptions options = WriteOptions.of(call.query(), "UpdateOptions", call.userAgent());
        try (Incoming incoming = Bodies.read(registry, call)) {
            Bodies.checkStrict(call, options, incoming.findings());
            Entry old = registry.store().get(call.kind().id(), call.key(), Projection.HEAD);
            if (old == null) {
                throw Statuses.notFound(call.kind(), call.name());
            }
            String given =
                    incoming.head().path("metadata").path("resourceVersion").asText();
            if (given.isEmpty() || given.equals("0")) {
                throw Statuses.invalid(
                        call.kind(),
                        call.name(),
                        List.of(FieldError.invalid(
                                "metadata.resourceVersion", "0x0", "must be specified for an update")));
            }
            Replacement.requireRevision(call, given, old);
            Replacement.requireUid(call, incoming.head(), old);
            ObjectNode tree = registry.form().tree(call.kind(), old, incoming.memory());
            Bulk bulk = incoming.bulk() == null ? new Bulk.None() : incoming.bulk();
            Replacement replacement = Replacement.of(
                    registry.form(),
                    call,
                    old,
                    tree,
                    new Proposal(
                            incoming.head(),
                            bulk,
                            Bodies.errors(call, incoming.findings()),
                            Bodies.ownership(registry, call, options, incoming.memory())));
            Shown shown = committer.commit(call, view, old, replacement, options.dryRun(), incoming.remembered());
            if (shown == null) {
                throw Statuses.modified(call.kind(), call.name());
            }
            registry.answer().send(call.request(), 200, view, shown);
        }
    }
}
