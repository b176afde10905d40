package dev.breakwater.storage.sqlite;

import dev.breakwater.storage.StoreOpenException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start finds in the folder, before SQLite takes an empty file for a new database and a strange log for its own. */
final class FoundFiles {
    private static final Logger LOG = LoggerFactory.getLogger(FoundFiles.class);

    private FoundFiles() {}

    /**
     * Looks at the files against what the last process left. Returns whether it ended without closing the store.
     *
     * @throws StoreOpenException when going on would lose what is, or was, there
     */
    static boolean look(Path folder, FolderLock.Mark mark) {
        Path file = folder.resolve(SqliteDialect.FILE);
        Path log = folder.resolve(SqliteDialect.FILE + "-wal");
        boolean found = length(file) > 0;
        if (!found && (mark.incarnation() != null || length(log) > 0)) {
            throw new StoreOpenException(
                    "%s is %s, though the folder held a store: put it back from a backup, or remove %s and %s to begin with an empty store"
                            .formatted(
                                    file,
                                    Files.exists(file) ? "empty" : "missing",
                                    folder.resolve(FolderLock.FILE),
                                    log),
                    null);
        }
        if (found && !Files.isReadable(file)) {
            throw new StoreOpenException(
                    "%s may not be read by the user %s: run as its owner, or give it with chown"
                            .formatted(file, System.getProperty("user.name")),
                    null);
        }
        if (found && !Files.isWritable(file)) {
            throw new StoreOpenException(
                    "%s may not be written by the user %s, or lies on a read-only volume: run as its owner, or mount the volume for writing"
                            .formatted(file, System.getProperty("user.name")),
                    null);
        }
        if (mark.closed() && length(log) > 0) {
            throw new StoreOpenException(
                    "%s is not the log of %s, which was closed and left none: SQLite would write it into the database. Move it away; or, if both were restored together, remove %s"
                            .formatted(log, file, folder.resolve(FolderLock.FILE)),
                    null);
        }
        if (found && mark.incarnation() != null && !mark.closed() && !Files.exists(log)) {
            LOG.error(
                    "{} is missing though the last process did not close the store: its last writes are lost; the rest is checked now",
                    log);
        }
        return found && !mark.closed();
    }

    /** So that SQLite finds a file which is the owner's alone: it gives the files beside it the same mode. */
    static void makePrivate(Path file) {
        try {
            if (Files.exists(file)) {
                OwnerOnly.tighten(file);
                for (String suffix : List.of("-wal", "-shm")) {
                    OwnerOnly.tighten(file.resolveSibling(file.getFileName() + suffix));
                }
            } else {
                OwnerOnly.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))
                        .close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be made: %s".formatted(file, e.getMessage()), e);
        }
    }

    static boolean isLogEmpty(Path file) {
        return length(file.resolveSibling(file.getFileName() + "-wal")) == 0;
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
