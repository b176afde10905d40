package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.storage.BulkWriter;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a bulk and asks for the memory that its deflate bytes take, until they go to a file. */
final class CountedBulk extends OutputStream {
    /** Plain bytes between two looks at what they came to; no more than so many deflate bytes are ahead of what was asked for. */
    private static final int STEP = 32 * 1024;

    private final BulkWriter bulk;
    private final long mostInMemory;
    private final Allowance memory;
    private long asked;
    private int sinceLook;

    /** @param mostInMemory deflate bytes beyond which none are in memory */
    CountedBulk(BulkWriter bulk, long mostInMemory, Allowance memory) {
        this.bulk = bulk;
        this.mostInMemory = mostInMemory;
        this.memory = memory;
    }

    @Override
    public void write(int b) throws IOException {
        bulk.write(b);
        count(1);
    }

    @Override
    public void write(byte[] plain, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            int part = Math.min(left, STEP);
            bulk.write(plain, at, part);
            count(part);
            at += part;
            left -= part;
        }
    }

    private void count(int bytes) {
        sinceLook += bytes;
        if (sinceLook >= STEP) {
            sinceLook = 0;
            long now = Math.min(bulk.deflatedLength(), mostInMemory);
            if (now > asked) {
                memory.take(now - asked);
                asked = now;
            }
        }
    }
}
