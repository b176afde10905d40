package dev.breakwater.apiserver.watch;

import dev.breakwater.apiserver.answer.Admission;
import dev.breakwater.apiserver.answer.AnswerBudget;
import dev.breakwater.apiserver.answer.Reply;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.list.Snapshot;
import dev.breakwater.apiserver.list.Snapshot.ExpiredException;
import dev.breakwater.apiserver.request.InitialList;
import dev.breakwater.apiserver.request.Lasting;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.storage.Change;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.FeedCursor;
import dev.breakwater.storage.ReportStore;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;

/**
 * One watch, with its headers sent. Its first step sends what it begins with; the others send what has changed since, and a bookmark
 * that is due.
 *
 * <p>Threading: {@link #step} by one thread at a time. Its cursor, the timer, a client that left and the server's shutdown wake it from
 * threads of theirs.
 */
final class Watch implements Lasting {
    /** So that a client resumes from a fresh revision after the time-out. */
    static final Duration LAST_BOOKMARK_BEFORE_END = Duration.ofSeconds(2);

    private final Surroundings around;
    private final HttpServletRequest request;
    private final View view;
    private final Selection selection;
    private final WatchOptions options;
    private final Admission admission;
    private final Reply reply;
    private final EventWriter events;
    private final ReportStore store;
    private final long end;
    private final Presence client;
    private @Nullable StatusException refusal;
    private ShutdownSignal.@Nullable Registration registration;
    private @Nullable FeedCursor cursor;
    private @Nullable Future<?> alarm;
    private long alarmAt;
    private long nextBookmark;

    /** What all watches share. */
    record Surroundings(
            Registry registry,
            ShutdownSignal shutdown,
            SharedEvents shared,
            ScheduledExecutorService timer,
            Duration bookmarkEvery) {}

    /** Whether anybody still wants to hear; known before there is a watch to wake. */
    private static final class Presence {
        private volatile boolean gone;
        private volatile Runnable wake = () -> {};

        void leave() {
            gone = true;
            wake.run();
        }

        boolean gone() {
            return gone;
        }
    }

    private Watch(
            Surroundings around,
            ResourceRequest call,
            View view,
            Selection selection,
            WatchOptions options,
            Admission admission,
            Presence client,
            @Nullable StatusException refusal)
            throws IOException {
        Registry registry = around.registry();
        this.around = around;
        this.request = call.http();
        this.view = view;
        this.selection = selection;
        this.options = options;
        this.client = client;
        this.admission = admission;
        this.reply = Reply.stream(call.response(), view.form(), registry.pool(), admission);
        this.events = new EventWriter(
                view, reply, registry.clock(), registry.pool(), around.shared(), registry.answers(), client::gone);
        this.store = registry.store();
        this.end = System.nanoTime() + options.duration().toNanos();
        this.refusal = refusal;
    }

    /**
     * Sends the headers.
     *
     * @param refusal why it ends at once, or {@code null}
     */
    static Watch open(
            Surroundings around,
            ResourceRequest call,
            View view,
            Selection selection,
            WatchOptions options,
            @Nullable StatusException refusal)
            throws IOException {
        Presence client = new Presence();
        // Told at once over HTTP/2, with the next write over HTTP/1.1 (java-stack 2a); and never to those who come
        // after
        // the failure, so before the client can have seen a header.
        ServletContextRequest.getServletContextRequest(call.http()).addFailureListener(failure -> client.leave());
        Admission admission = around.registry().answers().watch(call.http());
        return new Watch(around, call, view, selection, options, admission, client, refusal);
    }

    @Override
    public void wakeBy(Runnable waking) {
        client.wake = waking;
        registration = around.shutdown().onRaise(client::leave);
    }

    @Override
    public void leave() {
        client.leave();
    }

    @Override
    public boolean step() throws IOException {
        boolean goesOn;
        if (refusal != null) {
            events.error(refusal);
            goesOn = false;
        } else {
            FeedCursor feed = cursor == null ? start() : cursor;
            goesOn = feed != null && follow(feed);
        }
        if (!goesOn) {
            reply.end();
        }
        return goesOn;
    }

    /** The cursor, or {@code null} when the watch cannot go on. */
    private @Nullable FeedCursor start() throws IOException {
        long from = options.revision() > 0 && !options.snapshot() ? options.revision() : store.current();
        if (options.snapshot() && !sendSnapshot(from)) {
            return null;
        }
        FeedCursor feed = store.follow(view.kind().id(), from);
        cursor = feed;
        nextBookmark = bookmarkAfter(System.nanoTime());
        return feed;
    }

    @Override
    public void close() {
        client.gone = true;
        cancelAlarm();
        if (registration != null) {
            registration.close();
        }
        if (cursor != null) {
            cursor.close();
        }
        reply.close();
        admission.close();
    }

    /** Whether the watch can go on. */
    private boolean sendSnapshot(long revision) throws IOException {
        Snapshot snapshot = new Snapshot(store, view.kind(), selection, revision, view.projection(), "");
        try {
            while (!snapshot.ended() && !client.gone) {
                sendSome(snapshot);
            }
            if (options.announceEnd()) {
                events.bookmark(revision, true);
                push();
            }
            InitialList.sent(request);
            return !client.gone;
        } catch (ExpiredException e) {
            events.error(WatchVerb.tooOld(revision));
            return false;
        }
    }

    /** Of the snapshot, what fits into a share; without one the watch is over. */
    private void sendSome(Snapshot snapshot) throws IOException, ExpiredException {
        try (AnswerBudget.Share share = around.registry().answers().event(Long.MAX_VALUE, client::gone)) {
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

    /** Gives all that there is to give; whether the watch goes on. */
    private boolean follow(FeedCursor feed) throws IOException {
        while (!client.gone) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            FeedCursor.Batch batch = feed.poll(client.wake);
            switch (batch) {
                case null -> {
                    bookmarkIfDue(feed.through());
                    sleep();
                    return true;
                }
                case FeedCursor.Batch.Changes changes -> send(changes.changes());
                case FeedCursor.Batch.Expired expired -> {
                    events.error(WatchVerb.tooOld(feed.through()));
                    return false;
                }
                case FeedCursor.Batch.Ended ended -> {
                    return false;
                }
            }
            bookmarkIfDue(feed.through());
        }
        return false;
    }

    /** Until there is a change, or the time for a bookmark or the end has come. */
    private void sleep() {
        long wanted = options.bookmarks() ? Math.min(end, nextBookmark) : end;
        if (alarm == null || alarm.isDone() || alarmAt != wanted) {
            cancelAlarm();
            alarmAt = wanted;
            alarm = around.timer().schedule(client.wake, wanted - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void cancelAlarm() {
        if (alarm != null) {
            alarm.cancel(false);
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
        long regular = now + around.bookmarkEvery().toNanos();
        return last - now > 0
                ? Math.min(last, regular)
                : end + around.bookmarkEvery().toNanos();
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
        boolean before = change.type() != Change.Type.ADDED && selection.matches(entry.key(), change.previousLabels());
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
