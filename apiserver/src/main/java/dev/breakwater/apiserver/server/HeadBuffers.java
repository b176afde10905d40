package dev.breakwater.apiserver.server;

import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * A pool that bounds what its large buffers hold together. Only heads of HTTP/2 that are not complete ask for large ones, up to twice
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
            return super.acquire(size, direct);
        }
        if (held.addAndGet(size) > most) {
            held.addAndGet(-size);
            throw new IllegalStateException("no room for another " + size + " bytes of a head that is not complete");
        }
        return new Large(super.acquire(size, direct), size);
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
