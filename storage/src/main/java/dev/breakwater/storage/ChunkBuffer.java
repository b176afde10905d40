package dev.breakwater.storage;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes cut into chunks of {@link Bulk#MAX_CHUNK}, in memory up to a threshold, then all of them in a temporary file. */
final class ChunkBuffer extends OutputStream {
    private static final int FIRST_BUFFER = 16 * 1024;

    private final Path directory;
    private final int spillThreshold;
    private final List<byte[]> full = new ArrayList<>();
    private byte[] current = new byte[FIRST_BUFFER];
    private int filled;
    private @Nullable Path file;
    private @Nullable OutputStream spill;

    ChunkBuffer(Path directory, int spillThreshold) {
        this.directory = directory;
        this.spillThreshold = spillThreshold;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            int part = Math.min(left, Bulk.MAX_CHUNK - filled);
            if (filled + part > current.length) {
                current = Arrays.copyOf(current, Math.min(Bulk.MAX_CHUNK, Math.max(current.length * 2, filled + part)));
            }
            System.arraycopy(bytes, from, current, filled, part);
            filled += part;
            from += part;
            left -= part;
            if (filled == Bulk.MAX_CHUNK) {
                endChunk();
            }
        }
    }

    void finish() throws IOException {
        if (filled > 0) {
            endChunk();
        }
        current = new byte[0];
        if (spill != null) {
            spill.close();
        }
    }

    private void endChunk() throws IOException {
        if (spill == null && (full.size() + 1L) * Bulk.MAX_CHUNK > spillThreshold) {
            spill = spill();
        }
        if (spill != null) {
            try {
                spill.write(current, 0, filled);
            } catch (IOException e) {
                throw noSpill(e);
            }
        } else {
            full.add(Arrays.copyOf(current, filled));
        }
        filled = 0;
    }

    private OutputStream spill() {
        try {
            Path made = Files.createTempFile(directory, "bulk-", ".deflate");
            file = made;
            OutputStream out = Files.newOutputStream(made);
            for (byte[] chunk : full) {
                out.write(chunk);
            }
            full.clear();
            return out;
        } catch (IOException e) {
            throw noSpill(e);
        }
    }

    /** Not as an I/O error, which would look like one of the client's connection. */
    private StoreFullException noSpill(IOException e) {
        return new StoreFullException(
                "a long content does not fit into the folder of temporary files, %s (%s); nothing was stored: make room there, or name another folder with -Djava.io.tmpdir"
                        .formatted(directory, e.getMessage()),
                e);
    }

    Bulk.Chunks open() throws IOException {
        if (file != null) {
            return new FileChunks(new BufferedInputStream(Files.newInputStream(file)));
        }
        Iterator<byte[]> chunks = List.copyOf(full).iterator();
        return () -> chunks.hasNext() ? chunks.next() : null;
    }

    @Override
    public void close() throws IOException {
        full.clear();
        if (spill != null) {
            spill.close();
        }
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private record FileChunks(InputStream in) implements Bulk.Chunks {
        @Override
        public byte @Nullable [] next() throws IOException {
            byte[] chunk = in.readNBytes(Bulk.MAX_CHUNK);
            return chunk.length == 0 ? null : chunk;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
