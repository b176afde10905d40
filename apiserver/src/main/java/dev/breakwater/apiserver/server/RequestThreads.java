package dev.breakwater.apiserver.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Takes every request off the threads that read connections, so that handshakes, frames and heads never wait for what a request does,
 * and runs it on a platform thread, which the operating system lets run beside whatever else burns CPU. When there are no more of
 * those, it waits for its turn on a virtual thread, and for what it does then there is a platform thread again (docs/decisions/0080).
 * Watches leave for virtual threads of their own ({@link WatchesApart}).
 *
 * <p>Threading: owns both kinds of platform threads. At most {@value #THREADS} begin requests; those of seats are bounded by the seats.
 */
final class RequestThreads extends Handler.Wrapper {
    /** More than seats for reads, so that some are free for health and discovery; each costs some 100 KB once it has run. */
    private static final int THREADS = 48;

    /** What any request may have without being counted: a token of 4 KB and two dozen headers. */
    private static final int USUAL_HEAD = 8 * 1024;

    /** Jetty's parser keeps a buffer as long as the longest line it met for as long as its connection lives. */
    private static final int KEPT_HEAD = 16 * 1024;

    private static final String SEATED = RequestThreads.class.getName();

    private final Doorway doorway;
    private final ExecutorService platform;
    private final ExecutorService virtual;
    private final ExecutorService seated;

    RequestThreads(Doorway doorway) {
        this.doorway = doorway;
        this.virtual = Executors.newVirtualThreadPerTaskExecutor();
        this.platform = new ThreadPoolExecutor(
                0,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                named("request"),
                (task, pool) -> virtual.execute(task));
        this.seated = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), named("seated"));
    }

    /** What a request does once it may. */
    @FunctionalInterface
    interface Action<E extends Exception> {
        void run() throws E;
    }

    /** Runs on a platform thread, this one if it is one. */
    static <E extends Exception> void onPlatform(HttpServletRequest request, Action<E> action) throws E {
        Request core = ServletContextRequest.getServletContextRequest(request);
        if (!Thread.currentThread().isVirtual() || !(core.getAttribute(SEATED) instanceof ExecutorService seated)) {
            action.run();
            return;
        }
        Future<?> future = seated.submit(() -> {
            action.run();
            return null;
        });
        await(future);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Visit visit = Visit.of(request);
        if (request.getHeaders().size() > HeadCost.MOST_FIELDS) {
            Response.writeError(request, response, callback, 431);
            return true;
        }
        int cost = HeadCost.of(request);
        int head = Math.max(0, cost - USUAL_HEAD);
        Callback ending = callback;
        if (visit != null) {
            boolean sequential = request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2;
            if (sequential && cost > KEPT_HEAD) {
                response.getHeaders().put(HttpHeader.CONNECTION, "close");
            }
            if (!doorway.begins(visit, sequential, head)) {
                response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
                Response.writeError(request, response, callback, 429);
                return true;
            }
            ending = new Ending(callback, visit, head);
        }
        Callback last = ending;
        request.setAttribute(SEATED, seated);
        try {
            platform.execute(() -> serve(request, response, last));
        } catch (RejectedExecutionException e) {
            Response.writeError(request, response, last, 503);
        }
        return true;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        platform.shutdownNow();
        seated.shutdownNow();
        virtual.shutdownNow();
    }

    private void serve(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, 404);
            }
        } catch (Throwable e) {
            Response.writeError(request, response, callback, e);
        }
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> Thread.ofPlatform()
                .name(name + "-" + count.incrementAndGet())
                .daemon()
                .unstarted(task);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Exception> void await(Future<?> future) throws E {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    future.get();
                    return;
                } catch (InterruptedException e) {
                    // Whoever runs uses the request that this thread would give back: it is waited for.
                    interrupted = true;
                } catch (ExecutionException e) {
                    switch (e.getCause()) {
                        case Error error -> throw error;
                        case RuntimeException failure -> throw failure;
                        case null, default -> throw (E) e.getCause();
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives the head's share back when the answer is through, well or not. */
    private final class Ending extends Callback.Nested {
        private final Visit visit;
        private final int head;
        private final AtomicBoolean ended = new AtomicBoolean();

        Ending(Callback callback, Visit visit, int head) {
            super(callback);
            this.visit = visit;
            this.head = head;
        }

        @Override
        public void succeeded() {
            end();
            super.succeeded();
        }

        @Override
        public void failed(@Nullable Throwable failure) {
            end();
            super.failed(failure);
        }

        private void end() {
            if (ended.compareAndSet(false, true)) {
                doorway.ends(visit, head);
            }
        }
    }
}
