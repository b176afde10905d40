package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.StoreOpenException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a folder, for the life of the process: two pods on one volume would each believe to be the only writer.
 * The operating system gives the lock back however the process ends.
 */
final class FolderLock implements AutoCloseable {
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
            Files.createDirectories(folder);
            FileStore store = Files.getFileStore(folder);
            if (isNetwork(store.type())) {
                throw new StoreOpenException(
                        "%s lies on a network file system (%s), where SQLite's locks do not hold: use a local volume, or PostgreSQL"
                                .formatted(folder, store.type()),
                        null);
            }
            FileChannel channel =
                    FileChannel.open(folder.resolve("store.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StoreOpenException(
                        "the store in %s is in use by another process; SQLite serves one at a time (a Deployment needs strategy: Recreate)"
                                .formatted(folder),
                        null);
            }
            return new FolderLock(channel, lock);
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

    @Override
    public void close() {
        try (channel) {
            lock.release();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
