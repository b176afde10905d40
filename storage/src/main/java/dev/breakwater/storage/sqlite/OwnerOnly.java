package dev.breakwater.storage.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders and files that only their owner may read: reports say where a cluster is weak, and the key of continue tokens is among the
 * rows. SQLite gives the files beside a database the database's own mode.
 */
final class OwnerOnly {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerOnly.class);

    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** Makes the folder if it is not there. One that is there keeps its mode, which a volume's owner may have chosen for others. */
    static void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        try {
            if (isPosix(folder)) {
                Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
            } else {
                Files.createDirectory(folder);
            }
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
    }

    /** Opens a file that is the owner's alone, whatever mode it was found with. */
    static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        boolean found = Files.exists(file);
        FileChannel channel = isPosix(file)
                ? FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(FILE))
                : FileChannel.open(file, options, new FileAttribute<?>[0]);
        if (found) {
            tighten(file);
        }
        return channel;
    }

    /** Takes the rights of others from a file that an older version, or a hand, left open to them. */
    static void tighten(Path file) {
        try {
            if (!isPosix(file) || !Files.exists(file)) {
                return;
            }
            Set<PosixFilePermission> found = Files.getPosixFilePermissions(file);
            if (!FILE.containsAll(found)) {
                Files.setPosixFilePermissions(file, FILE);
                LOG.info("{} was {} and is now {}", file, PosixFilePermissions.toString(found), "rw-------");
            }
        } catch (IOException e) {
            LOG.warn("{} may be readable by others, and its mode cannot be changed: {}", file, e.getMessage());
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
