package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import org.jspecify.annotations.Nullable;

/** Stores a replacement against the revision that it was made from. */
final class Committer {
    private final Registry registry;

    Committer(Registry registry) {
        this.registry = registry;
    }

    /**
     * @param remembered whether the new bulk's bytes would have to be made again to show them
     * @return what to answer with, or {@code null} if another writer came first
     * @throws dev.breakwater.apiserver.status.StatusException 404 if the object is gone
     */
    @Nullable
    Shown commit(Call call, View view, Entry old, Replacement replacement, boolean dryRun, boolean remembered) {
        KindId kind = call.kind().id();
        return switch (replacement) {
            case Replacement.NoChange noChange -> Shown.of(old, registry.store());
            case Replacement.NewState state -> {
                Write write = new Write.Replace(kind, old.key(), old.revision(), state.head(), state.bulk());
                yield stored(call, view, old, write, state.head(), state.bulk(), dryRun, remembered);
            }
            case Replacement.End end -> {
                Write write = new Write.Delete(kind, old.key(), old.revision());
                yield stored(call, view, old, write, end.head(), end.bulk(), dryRun, false);
            }
        };
    }

    private @Nullable Shown stored(
            Call call, View view, Entry old, Write write, Head head, Bulk bulk, boolean dryRun, boolean remembered) {
        long revision = old.revision();
        if (!dryRun) {
            switch (registry.store().write(write)) {
                case WriteOutcome.Applied applied -> revision = applied.revision();
                case WriteOutcome.Conflict conflict -> {
                    return null;
                }
                case WriteOutcome.Missing missing -> throw Statuses.notFound(call.kind(), call.name());
                case WriteOutcome.AlreadyExists exists -> throw Create.impossible(exists);
            }
        }
        boolean readBack = remembered && !dryRun && write instanceof Write.Replace;
        return Results.shown(registry, view, revision, old.key(), head, bulk, old, readBack);
    }
}
