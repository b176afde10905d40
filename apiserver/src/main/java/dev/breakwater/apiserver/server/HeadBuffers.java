package dev.breakwater.apiserver.server;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * The buffers of connections. Only those outside of the heap, which the TLS layer guards by a lock, are used again. Those on the heap are
 * fresh each time: the HTTP/1.1 layer may give a request's buffer back while another thread still answers a head that could not be read, and
 * what is pooled then are bytes that one client sent and the next connection finds (docs/decisions/0020). A fresh one of 17 KB costs some
 * microseconds, and nothing that outlives its connection.
 *
 * <p>What large buffers hold together is bounded. Only heads of HTTP/2 that are not complete ask for large ones, up to twice
 * the largest head for each connection; the connection that asks when there is no more room is closed. Heads in one frame of usual size
 * need none, so that a connection of kube-apiserver is not concerned.
 *
 * <p>Threading: safe for any number of threads.
 */
final class HeadBuffers extends ByteBufferPool.Wrapper {
    /** Above what records of TLS, frames of answers and heads of usual size take. */
    private static final int LARGE = 40 * 1024;

    private final long most;
    private final AtomicLong held = new AtomicLong();

    HeadBuffers(long most) {
        super(new ArrayByteBufferPool());
        this.most = most;
    }

    @Override
    public RetainableByteBuffer.Mutable acquire(int size, boolean direct) {
        if (size <= LARGE) {
            return direct ? super.acquire(size, true) : ByteBufferPool.NON_POOLING.acquire(size, false);
        }
        if (held.addAndGet(size) > most) {
            held.addAndGet(-size);
            throw new IllegalStateException("no room for another " + size + " bytes of a head that is not complete");
        }
        return new Large(ByteBufferPool.NON_POOLING.acquire(size, false), size);
    }

    long held() {
        return held.get();
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
