package dev.breakwater.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;

class HeadBuffersTest {
    private final HeadBuffers buffers = new HeadBuffers(256 * 1024);

    @Test
    void whoeverHoldsOnToABufferOfTheHeapThatWasGivenBackReachesNobodyElse() {
        for (int size : new int[] {1024, 8 * 1024, 16 * 1024, 16_676, 32 * 1024, 64 * 1024}) {
            RetainableByteBuffer first = buffers.acquire(size, false);
            ByteBuffer kept = first.getByteBuffer();
            first.release();
            kept.clear();
            kept.put((byte) 'x').flip();
            RetainableByteBuffer next = buffers.acquire(size, false);
            assertThat(next.isDirect()).isFalse();
            assertThat(next.hasRemaining()).isFalse();
            kept.clear();
            while (kept.hasRemaining()) {
                kept.put((byte) 'x');
            }
            ByteBuffer content = next.getByteBuffer();
            content.clear();
            while (content.hasRemaining()) {
                assertThat(content.get()).isZero();
            }
            next.release();
        }
    }

    @Test
    void theTlsLayersBuffersOutsideOfTheHeapAreUsedAgain() {
        RetainableByteBuffer first = buffers.acquire(16_709, true);
        ByteBuffer memory = first.getByteBuffer();
        assertThat(memory.isDirect()).isTrue();
        first.release();
        assertThat(buffers.acquire(16_709, true).getByteBuffer()).isSameAs(memory);
    }

    @Test
    void largeOnesAreBoundedTogetherUntilTheyAreGivenBack() {
        RetainableByteBuffer one = buffers.acquire(128 * 1024, false);
        buffers.acquire(100 * 1024, false);
        assertThat(buffers.held()).isEqualTo(228 * 1024);
        assertThatThrownBy(() -> buffers.acquire(64 * 1024, false)).hasMessageContaining("no room");
        one.release();
        buffers.acquire(64 * 1024, false);
        assertThat(buffers.held()).isEqualTo(164 * 1024);
    }
}
