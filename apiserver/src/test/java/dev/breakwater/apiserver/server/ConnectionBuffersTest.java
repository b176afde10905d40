package dev.breakwater.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;

class ConnectionBuffersTest {
    private static final int[] SIZES = {1024, 8 * 1024, 16 * 1024, 16_676, 32 * 1024, 64 * 1024};

    private final ConnectionBuffers buffers = new ConnectionBuffers(256 * 1024);

    @Test
    void whoeverHoldsOnToABufferOfHttp1ThatWasGivenBackReachesNobodyElse() {
        ByteBufferPool fresh = buffers.fresh();
        for (int size : SIZES) {
            for (boolean direct : new boolean[] {false, true}) {
                RetainableByteBuffer first = fresh.acquire(size, direct);
                ByteBuffer kept = first.getByteBuffer();
                first.release();
                // Neither the next connection of HTTP/1.1 nor TLS or HTTP/2 meet what it was given.
                for (ByteBufferPool pool : new ByteBufferPool[] {fresh, buffers}) {
                    RetainableByteBuffer next = pool.acquire(size, false);
                    assertThat(next.hasRemaining()).isFalse();
                    fill(kept, 'x');
                    ByteBuffer content = next.getByteBuffer();
                    content.clear();
                    while (content.hasRemaining()) {
                        assertThat(content.get()).isZero();
                    }
                    next.release();
                }
            }
        }
    }

    private static void fill(ByteBuffer kept, char with) {
        kept.clear();
        while (kept.hasRemaining()) {
            kept.put((byte) with);
        }
    }

    @Test
    void theBuffersOfTlsAndHttp2AreUsedAgain() {
        for (boolean direct : new boolean[] {false, true}) {
            RetainableByteBuffer first = buffers.acquire(16_709, direct);
            ByteBuffer memory = first.getByteBuffer();
            assertThat(memory.isDirect()).isEqualTo(direct);
            first.release();
            assertThat(buffers.acquire(16_709, direct).getByteBuffer()).isSameAs(memory);
        }
    }

    @Test
    void idleBuffersAreBoundedTogether() {
        RetainableByteBuffer[] taken = new RetainableByteBuffer[400];
        for (int i = 0; i < taken.length; i++) {
            taken[i] = buffers.acquire(16_709, false);
        }
        for (RetainableByteBuffer buffer : taken) {
            buffer.release();
        }
        assertThat(buffers.idle()).isPositive().isLessThanOrEqualTo(2 << 20);
    }

    @Test
    void largeOnesAreBoundedTogetherUntilTheyAreGivenBack() {
        RetainableByteBuffer one = buffers.acquire(128 * 1024, false);
        buffers.fresh().acquire(100 * 1024, false);
        assertThat(buffers.held()).isEqualTo(228 * 1024);
        assertThatThrownBy(() -> buffers.acquire(64 * 1024, false)).hasMessageContaining("no room");
        one.release();
        buffers.acquire(64 * 1024, false);
        assertThat(buffers.held()).isEqualTo(164 * 1024);
    }
}
