package dev.breakwater.apiserver.verbs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.list.ListOptions;
import dev.breakwater.apiserver.list.Selections;
import dev.breakwater.apiserver.list.Snapshot;
import dev.breakwater.apiserver.list.Snapshot.ExpiredException;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.options.DeleteOptions;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * DELETE of a collection (k8s-wire 3.9): the objects that are there now, page by page, each delete a change of its own. Answers with a
 * Status and not with what was deleted, which could be the whole store.
 */
public final class DeleteCollection {
    private final Registry registry;
    private final Delete delete;

    public DeleteCollection(Registry registry) {
        this.registry = registry;
        this.delete = new Delete(registry);
    }

    public void serve(Call call) throws IOException {
        call.view(Subject.OBJECT);
        ReportKind kind = call.kind();
        if (kind.namespaced() && call.request().namespace() == null) {
            throw Statuses.methodNotAllowed(kind, "deletecollection");
        }
        Selection selection = Selections.of(call);
        ListOptions list = ListOptions.of(call.query());
        try (ByteBudget.Share memory = registry.intake().open()) {
            serve(call, selection, list, Delete.options(call, memory), memory);
        }
    }

    private void serve(Call call, Selection selection, ListOptions list, DeleteOptions options, ByteBudget.Share memory)
            throws IOException {
        ReportKind kind = call.kind();
        Snapshot snapshot =
                new Snapshot(registry.store(), kind, selection, registry.store().current(), Projection.META, "");
        Deadline deadline = Deadline.of(call.request().http());
        long left = list.limit() == 0 ? Long.MAX_VALUE : list.limit();
        try {
            while (left > 0 && !snapshot.ended()) {
                List<Entry> entries = snapshot.readSome((int) Math.min(left, Snapshot.PAGE));
                deadline.check();
                delete(kind, entries, options, deadline, memory);
                left -= entries.size();
            }
        } catch (ExpiredException e) {
            throw Statuses.expired("The collection was changed for too long while it was deleted; try again.");
        }
        Delete.success(call, null, null);
    }

    private void delete(
            ReportKind kind, List<Entry> entries, DeleteOptions options, Deadline deadline, ByteBudget.Share memory) {
        if (options.dryRun()) {
            return;
        }
        List<Write> removals = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (Entry entry : entries) {
            long before = memory.taken();
            JsonNode metadata = registry.form().metadata(entry, memory);
            memory.backTo(before);
            if (Delete.plain(options) && metadata.path("finalizers").isEmpty()) {
                removals.add(new Write.Delete(kind.id(), entry.key(), entry.revision()));
            } else {
                others.add(entry.key());
            }
        }
        List<WriteOutcome> outcomes = registry.store().writeAll(removals);
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof WriteOutcome.Conflict) {
                others.add(removals.get(i).key());
            }
        }
        for (String key : others) {
            delete.delete(kind, key, options, deadline, memory);
        }
    }
}
