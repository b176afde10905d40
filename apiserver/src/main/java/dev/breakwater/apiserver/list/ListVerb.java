package dev.breakwater.apiserver.list;

import dev.breakwater.apiserver.answer.Admission;
import dev.breakwater.apiserver.answer.ItemWriter;
import dev.breakwater.apiserver.answer.Reply;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.list.Snapshot.ExpiredException;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.request.Deadline;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.RevisionStanding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** GET of a collection (k8s-wire 4.3, 4.4). */
public final class ListVerb {
    /** Half of the shortest retention: a list that takes longer could see its snapshot compacted (store.md 5). */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final Registry registry;

    public ListVerb(Registry registry) {
        this.registry = registry;
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.LIST);
        Selection selection = Selections.of(call);
        ListOptions options = ListOptions.of(call.query());
        String key = selection.exactKey(call.kind().namespaced());
        boolean one = key != null && options.token().isEmpty() && !options.exact();
        Listing listing = new Listing(call, view, selection, options);
        if (one && key != null) {
            listing.single(key);
        } else {
            listing.pages();
        }
    }

    /** One request. */
    private final class Listing {
        private final Call call;
        private final View view;
        private final Selection selection;
        private final ListOptions options;
        private final ReportStore store = registry.store();
        private final Deadline deadline;

        Listing(Call call, View view, Selection selection, ListOptions options) {
            this.call = call;
            this.view = view;
            this.selection = selection;
            this.options = options;
            this.deadline = Deadline.of(call.request().http());
        }

        /** A selection that only one key can match: read by key, whatever the size of the collection. */
        void single(String key) throws IOException {
            Revisions.await(store, options.revision());
            long revision = store.current();
            Entry entry = store.get(call.kind().id(), key, view.projection());
            boolean selected =
                    entry != null && selection.matches(key, entry.head().labels());
            List<Entry> entries = entry != null && selected ? List.of(entry) : List.of();
            // The object may have been written between the two reads: the list is then as of that write.
            long shown = entry != null ? Math.max(revision, entry.revision()) : revision;
            try (Admission admission = admit();
                    Reply reply = begin(admission, entries.size())) {
                ListEnvelope envelope = new ListEnvelope(view, reply);
                envelope.begin(new ListEnvelope.Meta(shown, null, -1));
                items(reply, envelope, entries, admission);
                envelope.end(null);
                reply.end();
            }
        }

        void pages() throws IOException {
            ContinueToken token = options.token().isEmpty()
                    ? null
                    : ContinueToken.decode(options.token(), store, call.kind(), selection);
            long revision = revision(token);
            Snapshot snapshot = new Snapshot(
                    store, call.kind(), selection, revision, view.projection(), token == null ? "" : token.lastKey());
            try (Admission admission = admit()) {
                stream(snapshot, token, admission);
            } catch (ExpiredException e) {
                throw expired(token);
            }
        }

        /** Reads the page and one entry more, which tells whether to continue; then sends it. */
        private void page(Snapshot snapshot, @Nullable ContinueToken token, Admission admission, List<Entry> first)
                throws IOException {
            boolean more = first.size() > options.limit();
            List<Entry> shown = more ? first.subList(0, options.limit()) : first;
            try (Reply reply = begin(admission, shown.size())) {
                ListEnvelope envelope = new ListEnvelope(view, reply);
                envelope.begin(meta(snapshot, token, more ? shown : List.of(), shown.size()));
                items(reply, envelope, shown, admission);
                envelope.end(null);
                reply.end();
            }
        }

        /**
         * Sends what fits into its share, again and again. A page that fits as a whole has its metadata first; of a longer one they come
         * last where they depend on where the limit falls.
         */
        private void stream(Snapshot snapshot, @Nullable ContinueToken token, Admission admission)
                throws IOException, ExpiredException {
            Instant longest = registry.clock().instant().plus(LONGEST);
            boolean asked = call.query().has("timeout");
            long left = options.limit() == 0 ? Long.MAX_VALUE : options.limit();
            long served = 0;
            admission.work();
            admission.adapt();
            // One more than asked for tells whether to continue.
            int first = options.limit() < admission.heads() && options.limit() > 0
                    ? options.limit() + 1
                    : admission.heads();
            List<Entry> entries = snapshot.readSome(first, admission.headBytes());
            deadline.check();
            if (options.limit() > 0 && (snapshot.ended() || entries.size() > options.limit())) {
                page(snapshot, token, admission, entries);
                return;
            }
            try (Reply reply = begin(admission, Integer.MAX_VALUE)) {
                ListEnvelope envelope = new ListEnvelope(view, reply);
                envelope.begin(options.limit() == 0 ? new ListEnvelope.Meta(snapshot.revision(), null, -1) : null);
                List<Entry> last = entries;
                while (true) {
                    items(reply, envelope, entries, admission);
                    served += entries.size();
                    left -= entries.size();
                    last = entries.isEmpty() ? last : entries.subList(entries.size() - 1, entries.size());
                    entries = List.of();
                    if (left == 0 || snapshot.ended()) {
                        break;
                    }
                    if (registry.clock().instant().isAfter(longest)
                            || asked && deadline.left().isNegative()) {
                        throw new IOException("a list took longer than it may");
                    }
                    admission.adapt();
                    entries = next(snapshot, (int) Math.min(left, admission.heads()), admission.headBytes());
                }
                boolean more = options.limit() > 0
                        && !snapshot.ended()
                        && !another(snapshot).isEmpty();
                envelope.end(
                        options.limit() == 0 ? null : meta(snapshot, token, more ? last : List.of(), (int) served));
                reply.end();
            }
        }

        /** Once bytes were sent, a list that cannot be completed must break off: a cut one would look whole. */
        private List<Entry> next(Snapshot snapshot, int most, int bytes) throws IOException {
            try {
                return snapshot.readSome(most, bytes);
            } catch (ExpiredException e) {
                throw brokenOff(e);
            }
        }

        private List<Entry> another(Snapshot snapshot) throws IOException {
            try {
                return snapshot.read(1);
            } catch (ExpiredException e) {
                throw brokenOff(e);
            }
        }

        private static IOException brokenOff(ExpiredException e) {
            return new IOException("a list lasted longer than history: " + e.getMessage(), e);
        }

        private long expected(int items) {
            return items < 8 ? 4096L * items : Long.MAX_VALUE;
        }

        private Reply begin(Admission admission, int items) {
            return Reply.begin(
                    call.request().http(),
                    call.request().response(),
                    200,
                    view.form(),
                    registry.pool(),
                    admission,
                    expected(items));
        }

        /** Whether the answer is made of plain bytes; a short one is no matter. */
        private Admission admit() {
            boolean gzip = Reply.gzips(call.request().http(), view.form(), Long.MAX_VALUE);
            return registry.answers().list(call.request().http(), !gzip);
        }

        private void items(Reply reply, ListEnvelope envelope, List<Entry> entries, Admission admission)
                throws IOException {
            ItemWriter writer = new ItemWriter(view, registry.clock(), reply.splice());
            for (Shown shown : Shown.page(entries, store, admission.contentBytes())) {
                envelope.separate();
                writer.item(shown);
            }
        }

        /** @param page what was served if more follows, otherwise empty */
        private ListEnvelope.Meta meta(Snapshot snapshot, @Nullable ContinueToken token, List<Entry> page, int served) {
            if (page.isEmpty()) {
                return new ListEnvelope.Meta(snapshot.revision(), null, -1);
            }
            long remaining = token != null ? token.remaining() : total(snapshot.revision());
            remaining = remaining < 0 || !selection.isWhole() ? -1 : remaining - served;
            ContinueToken next =
                    new ContinueToken(snapshot.revision(), page.getLast().key(), remaining);
            return new ListEnvelope.Meta(snapshot.revision(), next.encode(store, call.kind(), selection), remaining);
        }

        /** From the tally, which is that of the snapshot only while nothing was written since; -1 otherwise. */
        private long total(long revision) {
            if (!selection.isWhole()) {
                return -1;
            }
            long count = store.count(call.kind().id(), selection.namespace());
            return store.current() == revision ? count : -1;
        }

        private long revision(@Nullable ContinueToken token) {
            if (token != null && token.revision() != ContinueToken.LATEST) {
                if (store.standing(token.revision(), Duration.ZERO) != RevisionStanding.READABLE) {
                    throw token.expired(store, call.kind(), selection);
                }
                return token.revision();
            }
            long presented = options.revision();
            Revisions.await(store, presented);
            if (!options.exact()) {
                return store.current();
            }
            if (store.standing(presented, Duration.ZERO) == RevisionStanding.EXPIRED) {
                throw expired(null);
            }
            return presented;
        }

        private RuntimeException expired(@Nullable ContinueToken token) {
            return token == null || token.revision() == ContinueToken.LATEST
                    ? Statuses.expired("The resourceVersion for the provided list is too old.")
                    : token.expired(store, call.kind(), selection);
        }
    }
}
