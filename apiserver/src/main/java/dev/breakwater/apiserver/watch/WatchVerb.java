package dev.breakwater.apiserver.watch;

import dev.breakwater.apiserver.answer.Admission;
import dev.breakwater.apiserver.answer.AnswerBudget;
import dev.breakwater.apiserver.answer.Reply;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.list.Selections;
import dev.breakwater.apiserver.list.Snapshot;
import dev.breakwater.apiserver.list.Snapshot.ExpiredException;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.request.InitialList;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Change;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.FeedCursor;
import dev.breakwater.storage.ReportStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * GET of a collection with {@code watch=true}.
 *
 * <p>Threading: a watch runs on the virtual thread of its request and waits there for its cursor; nothing is queued for it. A client
 * that left, and the server's shutdown, close the cursor, which ends the wait.
 */
public final class WatchVerb {
    static final Duration BOOKMARK_EVERY = Duration.ofSeconds(60);

    /** So that a client resumes from a fresh revision after the time-out. */
    static final Duration LAST_BOOKMARK_BEFORE_END = Duration.ofSeconds(2);

    private final Registry registry;
    private final ShutdownSignal shutdown;
    private final Duration bookmarkEvery;
    private final SharedEvents shared = new SharedEvents();

    public WatchVerb(Registry registry, ShutdownSignal shutdown) {
        this(registry, shutdown, BOOKMARK_EVERY);
    }

    WatchVerb(Registry registry, ShutdownSignal shutdown, Duration bookmarkEvery) {
        this.registry = registry;
        this.shutdown = shutdown;
        this.bookmarkEvery = bookmarkEvery;
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.WATCH);
        Selection selection = Selections.of(call);
        WatchOptions options = WatchOptions.of(call.query(), registry.random());
        ReportStore store = registry.store();
        StatusException refusal = null;
        if (options.snapshot()) {
            Revisions.await(store, options.revision());
        } else if (options.revision() > 0) {
            refusal = judge(store, options.revision());
        }
        AtomicBoolean gone = new AtomicBoolean();
        try (Admission admission = registry.answers().watch(call.request().http());
                Reply reply = Reply.stream(call.request().response(), view.form(), registry.pool(), admission)) {
            EventWriter events = new EventWriter(
                    view, reply, registry.clock(), registry.pool(), shared, registry.answers(), gone::get);
            if (refusal != null) {
                events.error(refusal);
            } else {
                new Watch(call, view, selection, options, admission, reply, events, gone).run();
            }
            reply.end();
        }
    }

    /** Why a watch cannot begin after {@code revision}, or {@code null}. An old or impossible revision makes the client list again. */
    private static @Nullable StatusException judge(ReportStore store, long revision) {
        return switch (store.standing(revision, Revisions.PATIENCE)) {
            case READABLE -> null;
            case EXPIRED -> tooOld(revision);
            case AHEAD ->
                Statuses.expired("the resource version " + revision + " was not given by this store, which is at "
                        + store.current());
        };
    }

    private static StatusException tooOld(long revision) {
        return Statuses.expired("too old resource version: " + revision);
    }

    /** One watch. */
    private final class Watch {
        private final Call call;
        private final View view;
        private final Selection selection;
        private final WatchOptions options;
        private final Admission admission;
        private final Reply reply;
        private final EventWriter events;
        private final ReportStore store = registry.store();
        private final AtomicBoolean gone;
        private final long end;
        private volatile @Nullable FeedCursor cursor;
        private long nextBookmark;

        Watch(
                Call call,
                View view,
                Selection selection,
                WatchOptions options,
                Admission admission,
                Reply reply,
                EventWriter events,
                AtomicBoolean gone) {
            this.call = call;
            this.view = view;
            this.selection = selection;
            this.options = options;
            this.admission = admission;
            this.reply = reply;
            this.events = events;
            this.gone = gone;
            this.end = System.nanoTime() + options.duration().toNanos();
            // Told at once over HTTP/2, with the next write over HTTP/1.1 (java-stack 2a).
            ServletContextRequest.getServletContextRequest(call.request().http())
                    .addFailureListener(failure -> stop());
        }

        void run() throws IOException {
            long from = options.revision() > 0 && !options.snapshot() ? options.revision() : store.current();
            try (ShutdownSignal.Registration registration = shutdown.onRaise(this::stop)) {
                if (options.snapshot() && !sendSnapshot(from)) {
                    return;
                }
                try (FeedCursor feed = store.follow(call.kind().id(), from)) {
                    cursor = feed;
                    follow(feed, from);
                }
            }
        }

        private void stop() {
            gone.set(true);
            FeedCursor open = cursor;
            if (open != null) {
                open.close();
            }
        }

        /** Whether the watch can go on. */
        private boolean sendSnapshot(long revision) throws IOException {
            Snapshot snapshot = new Snapshot(store, call.kind(), selection, revision, view.projection(), "");
            try {
                while (!snapshot.ended() && !gone.get()) {
                    sendSome(snapshot);
                }
                if (options.announceEnd()) {
                    events.bookmark(revision, true);
                    push();
                }
                InitialList.sent(call.request().http());
                return !gone.get();
            } catch (ExpiredException e) {
                events.error(tooOld(revision));
                return false;
            }
        }

        /** Of the snapshot, what fits into a share; without one the watch is over. */
        private void sendSome(Snapshot snapshot) throws IOException, ExpiredException {
            try (AnswerBudget.Share share = registry.answers().event(Long.MAX_VALUE, gone::get)) {
                if (share == null) {
                    return;
                }
                admission.work();
                List<Entry> page = snapshot.readSome(admission.heads(), admission.headBytes());
                for (Shown shown : Shown.page(page, store, admission.contentBytes())) {
                    events.object("ADDED", shown);
                }
                push();
            }
        }

        private void follow(FeedCursor feed, long from) throws IOException {
            nextBookmark = bookmarkAfter(System.nanoTime());
            long through = from;
            while (!gone.get()) {
                long now = System.nanoTime();
                if (now - end >= 0) {
                    return;
                }
                FeedCursor.Batch batch;
                try {
                    long wake = options.bookmarks() ? Math.min(end, nextBookmark) : end;
                    batch = feed.next(Duration.ofNanos(Math.max(wake - now, 0)));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                switch (batch) {
                    case FeedCursor.Batch.Changes changes -> {
                        through = Math.max(through, changes.through());
                        send(changes.changes());
                    }
                    case FeedCursor.Batch.Expired expired -> {
                        events.error(tooOld(through));
                        return;
                    }
                    case FeedCursor.Batch.Ended ended -> {
                        return;
                    }
                }
                bookmarkIfDue(through);
            }
        }

        private void bookmarkIfDue(long through) throws IOException {
            long now = System.nanoTime();
            if (options.bookmarks() && now - nextBookmark >= 0) {
                events.bookmark(through, false);
                push();
                nextBookmark = bookmarkAfter(now);
            }
        }

        /** A period after {@code now}, but not later than shortly before the end; after that one, never again. */
        private long bookmarkAfter(long now) {
            long last = end - LAST_BOOKMARK_BEFORE_END.toNanos();
            long regular = now + bookmarkEvery.toNanos();
            return last - now > 0 ? Math.min(last, regular) : end + bookmarkEvery.toNanos();
        }

        private void send(List<Change> changes) throws IOException {
            boolean sent = false;
            admission.work();
            for (Change change : changes) {
                sent |= send(change);
            }
            if (sent) {
                push();
            }
            admission.rest();
        }

        /** Selected before and after decides the type of the event (k8s-wire 5.3). */
        private boolean send(Change change) throws IOException {
            Entry entry = change.entry();
            boolean before =
                    change.type() != Change.Type.ADDED && selection.matches(entry.key(), change.previousLabels());
            boolean after = change.type() != Change.Type.DELETED
                    && selection.matches(entry.key(), entry.head().labels());
            if (change.type() == Change.Type.DELETED) {
                if (before) {
                    events.change("DELETED", Shown.of(entry, store));
                }
            } else if (after) {
                events.change(before ? "MODIFIED" : "ADDED", Shown.of(entry, store));
            } else if (before) {
                Entry previous = store.entry(change.previous());
                Entry shown = previous == null ? entry : previous;
                events.change("DELETED", Shown.at(entry.revision(), shown, store));
            }
            return before || after;
        }

        private void push() throws IOException {
            reply.push();
            admission.rest();
        }
    }
}
