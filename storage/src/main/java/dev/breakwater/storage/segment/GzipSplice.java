package dev.breakwater.storage.segment;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * A gzip member (RFC 1952) of copied segments and stored blocks: nothing is deflated, inflated or parsed. The CRC-32 of the whole is
 * combined from those of the pieces.
 *
 * <p>Literal text is gathered until a segment follows, so that an item's closing and the next one's opening share one block.
 */
public final class GzipSplice implements Splice {
    /** ID1 ID2, deflate, no flags, no time, no extra flags, unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /** A final block with fixed codes that holds only the end-of-block code. */
    private static final byte[] FINAL_BLOCK = {3, 0};

    /** Bytes of a member besides the segments and blocks. */
    public static final int FRAME = HEADER.length + FINAL_BLOCK.length + 8;

    private static final int GATHERED = 8 * 1024;

    private final OutputStream out;
    private final byte[] gathered = new byte[GATHERED];
    private final CRC32 gatheredCrc = new CRC32();
    private int gatheredLength;
    private int crc;
    private long length;
    private boolean begun;

    /** @param out should be buffered: many small writes come before each large one */
    public GzipSplice(OutputStream out) {
        this.out = out;
    }

    @Override
    public void text(byte[] plain) throws IOException {
        if (plain.length > gathered.length - gatheredLength) {
            writeGathered();
        }
        if (plain.length > gathered.length) {
            begin();
            StoredBlock.write(out, plain, 0, plain.length);
            gatheredCrc.update(plain);
            append((int) gatheredCrc.getValue(), plain.length);
            gatheredCrc.reset();
        } else {
            System.arraycopy(plain, 0, gathered, gatheredLength, plain.length);
            gatheredLength += plain.length;
        }
    }

    @Override
    public void segment(Segment segment) throws IOException {
        chunk(segment.deflated());
        endChunks(segment.crc(), segment.length());
    }

    @Override
    public void chunk(byte[] deflated) throws IOException {
        writeGathered();
        out.write(deflated);
    }

    @Override
    public void endChunks(int crcOfChunks, long lengthOfChunks) {
        append(crcOfChunks, lengthOfChunks);
    }

    @Override
    public void flush() throws IOException {
        writeGathered();
        StoredBlock.writeEmpty(out);
        out.flush();
    }

    @Override
    public void finish() throws IOException {
        writeGathered();
        out.write(FINAL_BLOCK);
        writeLittleEndian(crc);
        // ISIZE is the length modulo 2^32 (RFC 1952, 2.3.1).
        writeLittleEndian((int) length);
        out.flush();
    }

    @Override
    public long length() {
        return length + gatheredLength;
    }

    private void begin() throws IOException {
        if (!begun) {
            begun = true;
            out.write(HEADER);
        }
    }

    private void writeGathered() throws IOException {
        begin();
        if (gatheredLength > 0) {
            StoredBlock.write(out, gathered, 0, gatheredLength);
            gatheredCrc.update(gathered, 0, gatheredLength);
            append((int) gatheredCrc.getValue(), gatheredLength);
            gatheredCrc.reset();
            gatheredLength = 0;
        }
    }

    private void append(int crcOfPiece, long lengthOfPiece) {
        crc = Crc32.combine(crc, crcOfPiece, lengthOfPiece);
        length += lengthOfPiece;
    }

    private void writeLittleEndian(int value) throws IOException {
        out.write(new byte[] {(byte) value, (byte) (value >>> 8), (byte) (value >>> 16), (byte) (value >>> 24)});
    }
}
