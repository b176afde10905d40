package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a watch's body into its lines and hands over the beginning of each when its last byte is there: nothing is parsed, because
 * the client's decoding is not what is measured.
 *
 * <p>Threading: fed by the HTTP client's thread, which also runs the listener.
 */
public final class WatchLines implements BodySubscriber<Long> {
    /** A line of a watch; called when its last byte has arrived. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param beginning of the line, as far as it was kept
         * @param arrived time of its end, as of {@link System#nanoTime()}
         */
        void line(String beginning, long arrived);
    }

    private static final int KEEP = 8 * 1024;

    private final Listener listener;
    private final CompletableFuture<Integer> accepted = new CompletableFuture<>();
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final byte[] beginning = new byte[KEEP];
    private int kept;
    private long lines;

    public WatchLines(Listener listener) {
        this.listener = listener;
    }

    void accepted(int status) {
        accepted.complete(status);
    }

    void ended(@Nullable Throwable error) {
        if (error != null) {
            accepted.completeExceptionally(error);
        }
    }

    void awaitAccepted() {
        try {
            int status = accepted.get(30, TimeUnit.SECONDS);
            if (status != 200) {
                throw new IllegalStateException("a watch answered " + status);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("a watch was not accepted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public CompletionStage<Long> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            take(buffer);
        }
    }

    private void take(ByteBuffer buffer) {
        while (buffer.hasRemaining()) {
            int end = buffer.position();
            while (end < buffer.limit() && buffer.get(end) != '\n') {
                end++;
            }
            boolean complete = end < buffer.limit();
            int part = Math.min(end - buffer.position(), KEEP - kept);
            buffer.get(beginning, kept, part);
            kept += part;
            buffer.position(complete ? end + 1 : end);
            if (complete) {
                lines++;
                listener.line(new String(beginning, 0, kept, UTF_8), System.nanoTime());
                kept = 0;
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        done.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        done.complete(lines);
    }
}
