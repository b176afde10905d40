package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.answer.AnswerBudget.Share;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The leave to answer: how much may be held, and when to work.
 *
 * <p>Threading: the thread of the request.
 */
public final class Admission implements AutoCloseable {
    private static final int KIB = 1024;

    private final @Nullable Share share;
    private final int write;
    private final Turns turns;
    private final Readers readers;
    private final Readers.Cut cut;
    private Turns.@Nullable Turn turn;
    private boolean slow;

    /** @param write bytes of a write, 0 for what the share's scale gives */
    Admission(@Nullable Share share, int write, Turns turns, Readers readers, Readers.Cut cut) {
        this.share = share;
        this.write = write;
        this.turns = turns;
        this.readers = readers;
        this.cut = cut;
    }

    private int scale() {
        return share == null ? 1 : share.scale();
    }

    /** Bytes of one write to the socket. */
    int writeBytes() {
        return write > 0 ? write : Math.min(scale() * 16 * KIB, ReplyStream.WRITE);
    }

    /** Stored bytes of contents that may be read ahead. */
    public int contentBytes() {
        return scale() * 32 * KIB;
    }

    /** Stored bytes of heads that may be read ahead. */
    public int headBytes() {
        return scale() * 16 * KIB;
    }

    /** How many heads may be read ahead. */
    public int heads() {
        return scale() * 32;
    }

    /** Waits for a turn at the processor; a long answer has one whenever it works. */
    public void work() {
        if (turn == null) {
            turn = turns.take();
        }
    }

    /** Gives the turn back. */
    public void rest() {
        if (turn != null) {
            turn.close();
            turn = null;
        }
    }

    /** Takes what the number of answers and the reader's speed allow now; called where little is held. */
    public void adapt() {
        if (share != null) {
            share.adapt(slow);
        }
    }

    /**
     * Writes to the socket, which takes as long as the reader likes, up to the limit for readers.
     *
     * @param goesOn whether work follows, which is then for the next turn
     */
    void write(OutputStream out, byte[] bytes, int offset, int count, boolean goesOn) throws IOException {
        if (slow) {
            rest();
        }
        try (Readers.Writing writing = readers.writing(cut)) {
            out.write(bytes, offset, count);
            slow = writing.slow();
        }
        rest();
        if (goesOn) {
            work();
        }
    }

    /** Sends what the server still holds. */
    void flush(OutputStream out) throws IOException {
        try (Readers.Writing writing = readers.writing(cut)) {
            out.flush();
            slow |= writing.slow();
        }
    }

    @Override
    public void close() {
        rest();
        if (share != null) {
            share.close();
        }
    }
}
