package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.storage.EntryFilter;
import dev.breakwater.storage.PageOutcome;
import dev.breakwater.storage.PageQuery;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The namespaces that hold a report. Skips from one namespace to the next: one short read for each, however many reports it has. */
public final class NamespacesInUse {
    /** Follows the slash between namespace and name, so that every key of the namespace is smaller. */
    private static final String PAST = "0";

    private final ReportStore store;
    private final List<ReportKind> kinds;

    public NamespacesInUse(ReportStore store, KindTable kinds) {
        this.store = store;
        this.kinds = kinds.all().stream().filter(ReportKind::namespaced).toList();
    }

    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>(List.of("default"));
        for (ReportKind kind : kinds) {
            String after = "";
            for (String name = next(kind, after); name != null; name = next(kind, after)) {
                names.add(name);
                after = name + PAST;
            }
        }
        return names;
    }

    private @Nullable String next(ReportKind kind, String after) {
        PageQuery query =
                new PageQuery(kind.id(), null, after, store.current(), 1, Projection.KEYS, List.of(), EntryFilter.ALL);
        return switch (store.page(query)) {
            case PageOutcome.Page page ->
                page.entries().isEmpty()
                        ? null
                        : page.entries().getFirst().key().split("/", 2)[0];
            case PageOutcome.Expired expired -> next(kind, after);
        };
    }
}
