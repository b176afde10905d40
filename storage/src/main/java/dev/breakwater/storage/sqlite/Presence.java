package dev.breakwater.storage.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether the files that were opened are still those that stand in the folder. An open file outlives its name: a database that was moved
 * away, deleted or replaced takes writes as before, and the next start finds none of them. The log beside it likewise, and the lock,
 * without whose name a second process would not be kept out.
 *
 * <p>Threading: {@link #begin} by the writer thread, {@link #require} by any.
 */
final class Presence {
    private final List<Path> files;
    private volatile @Nullable Map<Path, Object> opened;

    Presence(Path folder) {
        this.files =
                List.of(folder.resolve("store.db"), folder.resolve("store.db-wal"), folder.resolve(FolderLock.FILE));
    }

    /** A moved file. */
    static final class MovedException extends SQLException {
        private static final long serialVersionUID = 1L;

        MovedException(String message) {
            super(message);
        }
    }

    boolean isBegun() {
        return opened != null;
    }

    /** Remembers the files as they are; the first time only, so that no later connection takes others for them. */
    void begin() throws SQLException {
        Map<Path, Object> found = new LinkedHashMap<>();
        for (Path file : files) {
            Object key = key(file);
            if (key != null) {
                found.put(file, key);
            }
        }
        if (opened == null) {
            opened = found;
        }
    }

    /** @throws MovedException when a file is not there any more, or another stands in its place */
    void require() throws SQLException {
        Map<Path, Object> expected = opened;
        if (expected == null) {
            return;
        }
        for (Map.Entry<Path, Object> each : expected.entrySet()) {
            Object key = key(each.getKey());
            if (!each.getValue().equals(key)) {
                throw new MovedException(
                        "%s was %s while the server runs, so that what is written now would be lost: put it back%s"
                                .formatted(
                                        each.getKey(),
                                        key == null ? "moved or deleted" : "replaced by another file",
                                        key == null
                                                ? ", or restart the server, which writes what it can into the database as it ends"
                                                : ", or restart the server to serve the other one"));
            }
        }
    }

    private static @Nullable Object key(Path file) throws SQLException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new MovedException("%s cannot be looked at: %s".formatted(file, e));
        }
    }
}
