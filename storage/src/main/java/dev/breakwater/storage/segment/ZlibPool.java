package dev.breakwater.storage.segment;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Raw (no zlib header) deflaters and inflaters to be used again. A deflater holds about 260 KB outside the heap, so that
 * one per request would be the larger part of a small container; more than {@code idle} at once are made and ended again.
 *
 * <p>Threading: safe for any number of threads; what was borrowed belongs to the borrower until it is given back.
 */
public final class ZlibPool implements AutoCloseable {
    private final ArrayBlockingQueue<Deflater> deflaters;
    private final ArrayBlockingQueue<Inflater> inflaters;
    private volatile boolean closed;

    /** @param idle how many of each may lie idle; the number of cores is enough */
    public ZlibPool(int idle) {
        this.deflaters = new ArrayBlockingQueue<>(idle);
        this.inflaters = new ArrayBlockingQueue<>(idle);
    }

    /** @param level 1 (fast) to 9 (small) */
    Deflater borrowDeflater(int level) {
        Deflater deflater = deflaters.poll();
        if (deflater == null) {
            deflater = new Deflater(level, true);
        }
        deflater.setLevel(level);
        return deflater;
    }

    void giveBack(Deflater deflater) {
        if (closed) {
            deflater.end();
            return;
        }
        deflater.reset();
        if (!deflaters.offer(deflater)) {
            deflater.end();
        }
    }

    Inflater borrowInflater() {
        Inflater inflater = inflaters.poll();
        return inflater == null ? new Inflater(true) : inflater;
    }

    void giveBack(Inflater inflater) {
        if (closed) {
            inflater.end();
            return;
        }
        inflater.reset();
        if (!inflaters.offer(inflater)) {
            inflater.end();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Deflater deflater = deflaters.poll(); deflater != null; deflater = deflaters.poll()) {
            deflater.end();
        }
        for (Inflater inflater = inflaters.poll(); inflater != null; inflater = inflaters.poll()) {
            inflater.end();
        }
    }
}
