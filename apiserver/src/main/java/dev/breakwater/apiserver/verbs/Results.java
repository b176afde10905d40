package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import org.jspecify.annotations.Nullable;

/** What an answer shows of a write. */
final class Results {
    private Results() {}

    /**
     * The state that a write made.
     *
     * @param old the state before, {@code null} for a create
     * @param remembered whether the bulk's bytes would have to be made again: then they are read from the store
     */
    static Shown shown(
            Registry registry,
            View view,
            long revision,
            String key,
            Head head,
            Bulk bulk,
            @Nullable Entry old,
            boolean remembered) {
        if (view.form().shape() == Shape.METADATA) {
            return new Shown(revision, key, head, null);
        }
        if (bulk instanceof Bulk.Unchanged && old != null) {
            return new Shown(
                    revision, key, head, Shown.of(old, registry.store()).bulk());
        }
        if (bulk instanceof Bulk.Provided provided) {
            Entry stored = remembered && revision > 0 ? registry.store().entry(revision) : null;
            return stored != null
                    ? Shown.of(stored, registry.store())
                    : new Shown(
                            revision,
                            key,
                            head,
                            new Shown.BulkBytes(provided.crc(), provided.length(), provided.chunks()));
        }
        return new Shown(revision, key, head, null);
    }
}
