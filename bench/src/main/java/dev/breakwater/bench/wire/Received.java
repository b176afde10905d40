package dev.breakwater.bench.wire;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Counts a body and throws it away, apart from its beginning.
 *
 * <p>Threading: written by the HTTP client's thread, one signal at a time; read after {@link #getBody()} has completed.
 */
final class Received implements BodySubscriber<Received> {
    private final CompletableFuture<Received> done = new CompletableFuture<>();
    private final int keep;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
    private long bytes;
    private long firstByteAt;

    Received(int keep) {
        this.keep = keep;
    }

    long bytes() {
        return bytes;
    }

    /** In the time of {@link System#nanoTime()}; 0 for an empty body. */
    long firstByteAt() {
        return firstByteAt;
    }

    byte[] kept() {
        return kept.toByteArray();
    }

    @Override
    public CompletionStage<Received> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (bytes == 0 && buffer.hasRemaining()) {
                firstByteAt = System.nanoTime();
            }
            bytes += buffer.remaining();
            int take = Math.min(buffer.remaining(), keep - kept.size());
            if (take > 0) {
                byte[] part = new byte[take];
                buffer.get(part);
                kept.writeBytes(part);
            }
        }
    }

    @Override
    public void onError(Throwable error) {
        done.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        done.complete(this);
    }
}
