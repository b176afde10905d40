package dev.breakwater.apiserver.server;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * The buffers of connections. Those of TLS and HTTP/2 are used again: a full list in frames of 16 KB would make 30 MB of fresh ones, and five times as
 * many collections. {@link #fresh() Those of HTTP/1.1} are not: that layer may give a request's buffer back while another thread still answers a head
 * that could not be read, and what is pooled then are bytes that one client sent and the next connection finds (docs/decisions/0020).
 *
 * <p>What large buffers hold together is bounded. Only heads of HTTP/2 that are not complete ask for large ones, up to twice
 * the largest head for each connection; the connection that asks when there is no more room is closed. Heads in one frame of usual size
 * need none, so that a connection of kube-apiserver is not concerned.
 *
 * <p>Threading: safe for any number of threads.
 */
final class ConnectionBuffers extends ByteBufferPool.Wrapper {
    /** Above what records of TLS, frames of answers and heads of usual size take. */
    private static final int LARGE = 40 * 1024;

    /** Of each size, in steps of so many bytes. */
    private static final int STEP = 4 * 1024;

    /** What idle buffers may hold; more are left to the collector. Sixty of TLS's are more than work at once. */
    private static final long MOST_IDLE = 1 << 20;

    private static final int MOST_IDLE_OF_A_SIZE = 64;

    private final ArrayByteBufferPool pool;
    private final long most;
    private final AtomicLong held = new AtomicLong();

    /** @param most bytes that large buffers hold together */
    ConnectionBuffers(long most) {
        this(new ArrayByteBufferPool(0, STEP, LARGE, MOST_IDLE_OF_A_SIZE, MOST_IDLE, MOST_IDLE), most);
    }

    private ConnectionBuffers(ArrayByteBufferPool pool, long most) {
        super(pool);
        this.pool = pool;
        this.most = most;
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        return size <= LARGE ? super.acquire(size, direct) : large(size);
    }

    /** The same for a layer that may use a buffer after it gave it back: a fresh one of 17 KB costs some microseconds. */
    ByteBufferPool fresh() {
        return new ByteBufferPool.Wrapper(this) {
            @Override
            public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
                return size <= LARGE ? ByteBufferPool.NON_POOLING.acquire(size, false) : large(size);
            }
        };
    }

    long held() {
        return held.get();
    }

    /** Bytes of the heap in buffers that wait to be used again. */
    long idle() {
        return pool.getAvailableHeapMemory();
    }

    private RetainableByteBuffer.Mutable large(int size) {
        if (held.addAndGet(size) > most) {
            held.addAndGet(-size);
            throw new IllegalStateException("no room for another " + size + " bytes of a head that is not complete");
        }
        return new Large(ByteBufferPool.NON_POOLING.acquire(size, false), size);
    }

    private final class Large extends RetainableByteBuffer.Mutable.Wrapper {
        private final int size;

        Large(RetainableByteBuffer.Mutable wrapped, int size) {
            super(wrapped);
            this.size = size;
        }

        @Override
        public boolean release() {
            boolean last = super.release();
            if (last) {
                held.addAndGet(-size);
            }
            return last;
        }
    }
}
