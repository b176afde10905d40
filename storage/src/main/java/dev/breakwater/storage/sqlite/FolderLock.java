package dev.breakwater.storage.sqlite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.storage.StoreOpenException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to use a folder, for the life of the process: two pods on one volume would each believe to be the only writer.
 * The operating system gives the lock back however the process ends. In the file stands which store the folder holds, and whether its last
 * process came to its end; written in place, so that it needs no space on a full disk.
 */
final class FolderLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

    static final String FILE = "store.lock";

    /** File locks and shared memory do not hold across the machines that mount these. */
    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs3",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afs",
            "9p",
            "ncpfs",
            "ceph",
            "glusterfs",
            "lustre",
            "beegfs",
            "gpfs",
            "ocfs2",
            "gfs2",
            "fuse.sshfs",
            "fuse.glusterfs",
            "fuse.s3fs",
            "fuse.ceph",
            "fuse.mfs",
            "fuse.cephfs",
            "fuse.juicefs",
            "fuse.rclone");

    private final FileChannel channel;
    private final FileLock lock;

    private FolderLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** @throws StoreOpenException when another process holds it, or the folder lies on a network file system */
    static FolderLock take(Path folder) {
        try {
            OwnerOnly.folder(folder);
            FileStore store = Files.getFileStore(folder);
            if (isNetwork(store.type())) {
                throw new StoreOpenException(
                        "%s lies on a network file system (%s), where SQLite's locks do not hold: use a local volume, or PostgreSQL"
                                .formatted(folder, store.type()),
                        null);
            }
            FileChannel channel = OwnerOnly.open(
                    folder.resolve(FILE),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StoreOpenException(
                        "the store in %s is in use by another process; SQLite serves one at a time (a Deployment needs strategy: Recreate)"
                                .formatted(folder),
                        null);
            }
            return new FolderLock(channel, lock);
        } catch (AccessDeniedException e) {
            throw new StoreOpenException(
                    "%s may not be written by the user %s: run as its owner, or give it with chown -R (in a pod: fsGroup)"
                            .formatted(e.getFile(), System.getProperty("user.name")),
                    e);
        } catch (IOException e) {
            throw new StoreOpenException("the folder %s cannot be used: %s".formatted(folder, e), e);
        }
    }

    static boolean isNetwork(String type) {
        return NETWORK.contains(type.toLowerCase(Locale.ROOT));
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by this very process: the same mistake.
            return null;
        }
    }

    /**
     * What the last process left.
     *
     * @param closed whether it came to its end; false too when nothing is known
     * @param incarnation of the store that it served; {@code null} when nothing is known
     */
    record Mark(boolean closed, @Nullable String incarnation) {}

    Mark mark() {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(128);
            channel.read(bytes, 0);
            String[] words = new String(bytes.array(), 0, bytes.position(), US_ASCII)
                    .strip()
                    .split(" +");
            return words.length == 2 ? new Mark(words[0].equals("closed"), words[1]) : new Mark(false, null);
        } catch (IOException e) {
            LOG.warn("{} cannot be read: {}", FILE, e.getMessage());
            return new Mark(false, null);
        }
    }

    void mark(Mark mark) {
        try {
            ByteBuffer line = ByteBuffer.wrap("%-6s %s\n"
                    .formatted(mark.closed ? "closed" : "open", mark.incarnation)
                    .getBytes(US_ASCII));
            channel.write(line, 0);
        } catch (IOException e) {
            // A disk without a single free block, at the very first start: then the next start checks more than it
            // must.
            LOG.warn("{} cannot be written: {}", FILE, e.getMessage());
        }
    }

    @Override
    public void close() {
        try (channel) {
            lock.release();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
