package dev.breakwater.storage.sqlite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space that only deletes and upkeep may use, since to delete, to compact and to give space back all take some first.
 *
 * <pre>
 *   |  used  |  free: anything may be written  |  margin: deletes and upkeep only  |  store.reserve, a file  |
 * </pre>
 *
 * <p>The margin holds where the volume is ours alone. Where others fill it to the last byte the file is made shorter, down to what a start
 * needs, and when the database is opened to nothing. It grows back when there is room.
 *
 * <p>Threading: {@link #shortage} and {@link #isShort} by any thread; the rest by the thread that opens, then by the writer thread.
 */
final class Reserve {
    private static final Logger LOG = LoggerFactory.getLogger(Reserve.class);

    private static final long LARGEST_FILE = 4 << 20;
    private static final long LARGEST_MARGIN = 16 << 20;
    private static final long SMALLEST = 256 << 10;

    /** The share of a small volume that each of the two takes. */
    private static final long SHARE = 16;

    /** What it takes to open the database: the shared memory beside it, and a commit. */
    private static final long FOR_A_START = 256 << 10;

    private final Path folder;
    private final Path file;
    private final long size;
    private final long margin;
    private volatile long held;

    Reserve(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("store.reserve");
        long share = folder.toFile().getTotalSpace() / SHARE;
        this.size = Math.clamp(share, SMALLEST, LARGEST_FILE);
        this.margin = Math.clamp(share, SMALLEST, LARGEST_MARGIN);
        this.held = length();
    }

    /**
     * Why there is no room, or {@code null} when there is.
     *
     * @param bytes that are to be written
     * @param content whether the store grows by them; a change without one may use half of the margin, so that finalizers can go
     */
    @Nullable
    String shortage(long bytes, boolean content) {
        // Written twice: into the log, and from there into the database.
        long needed = 2 * bytes + (content ? margin : margin / 2);
        long free = free();
        // A folder that is not there has no space either; that is not for us to say.
        if (free >= needed || !Files.isDirectory(folder)) {
            return null;
        }
        return ("%s has %d KB free, and the last %d KB are kept for deletes and upkeep: make the volume larger, or delete"
                        + " reports; their space comes back within about %s")
                .formatted(folder, Math.max(0, free) >> 10, margin >> 10, "a quarter of an hour");
    }

    boolean isShort() {
        return free() < margin;
    }

    /** Whether not even a commit finds space. */
    boolean isExhausted() {
        return folder.toFile().getUsableSpace() < FOR_A_START;
    }

    /** Free bytes, less what the file should have and has not. */
    private long free() {
        return folder.toFile().getUsableSpace() - (size - held);
    }

    /** Gives up all but what a start needs. Returns whether that was anything. */
    boolean release() {
        return shorten(FOR_A_START);
    }

    /** Gives up everything: the start is now. Returns whether that was anything. */
    boolean releaseForStart() {
        return shorten(0);
    }

    private boolean shorten(long kept) {
        if (held <= kept) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(kept);
            LOG.error(
                    "the disk of {} is full: {} KB of the reserve are used for deletes and upkeep", folder, held >> 10);
            held = kept;
            return true;
        } catch (IOException e) {
            LOG.error("the reserve cannot be used: {}", e.getMessage());
            return false;
        }
    }

    /** Makes the file as long as it should be, when that leaves the margin. */
    void refill() {
        if (held < size && free() >= margin) {
            fill(size);
        }
    }

    /** For the next start, when everything else is closed. */
    void keepForStart() {
        if (held < FOR_A_START && folder.toFile().getUsableSpace() >= 2 * FOR_A_START) {
            fill(FOR_A_START);
        }
    }

    private void fill(long length) {
        // Noise: a file system that compresses would keep no space for zeros.
        byte[] noise = new byte[64 << 10];
        new Random(held).nextBytes(noise);
        try (FileChannel channel = OwnerOnly.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            for (long at = held; at < length; at += noise.length) {
                channel.write(ByteBuffer.wrap(noise, 0, (int) Math.min(noise.length, length - at)), at);
            }
            if (held == 0) {
                LOG.debug("{} KB are kept for deletes and upkeep on a full disk", length >> 10);
            } else {
                LOG.info("the disk of {} has room again", folder);
            }
        } catch (IOException e) {
            LOG.warn("the reserve for a full disk cannot be kept: {}", e.getMessage());
        }
        held = length();
    }

    private long length() {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
