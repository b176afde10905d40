package dev.breakwater.apiserver.watch;

import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.list.Selections;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.request.Lasting;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.ReportStore;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * GET of a collection with {@code watch=true}.
 *
 * <p>Threading: a watch begins on the thread of its request and goes on by steps ({@link Watch}); between them it waits for its cursor
 * and for one timer, whose only thread this owns.
 */
public final class WatchVerb implements AutoCloseable {
    static final Duration BOOKMARK_EVERY = Duration.ofSeconds(60);

    private final Registry registry;
    private final ShutdownSignal shutdown;
    private final Duration bookmarkEvery;
    private final SharedEvents shared = new SharedEvents();
    private final ScheduledThreadPoolExecutor timer;

    public WatchVerb(Registry registry, ShutdownSignal shutdown) {
        this(registry, shutdown, BOOKMARK_EVERY);
    }

    WatchVerb(Registry registry, ShutdownSignal shutdown, Duration bookmarkEvery) {
        this.registry = registry;
        this.shutdown = shutdown;
        this.bookmarkEvery = bookmarkEvery;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("watch-timer").daemon().factory());
        // Thousands of watches end long before their time is over.
        timer.setRemoveOnCancelPolicy(true);
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
        Watch.Surroundings around = new Watch.Surroundings(registry, shutdown, shared, timer, bookmarkEvery);
        Lasting.leave(call.request().http(), Watch.open(around, call.request(), view, selection, options, refusal));
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

    static StatusException tooOld(long revision) {
        return Statuses.expired("too old resource version: " + revision);
    }

    /** Ends the timer; watches must have ended. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
