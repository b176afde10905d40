package dev.breakwater.apiserver.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that only their owner may read. Written beside and moved into place: a reader never sees half of one. */
final class PrivateFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateFiles.class);

    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateFiles() {}

    /** As {@link #write}; a disk that is full leaves a file that was there before as it was, and the server starts. */
    static void refresh(Path file, String text) {
        try {
            write(file, text);
        } catch (UncheckedIOException e) {
            if (!Files.exists(file)) {
                throw e;
            }
            LOG.warn("{} stays as the start before wrote it: {}", file, e.getMessage());
        }
    }

    static void write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                makeFolder(folder);
            }
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(beside);
            create(beside);
            Files.writeString(beside, text);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Refuses a file that stands open to everybody on the machine, where it is ours to change that. A volume that Kubernetes mounts from a
     * Secret is readable by all within its container, and cannot be changed: that is only said.
     *
     * @param what such as {@code the tokens of users}
     * @param secret whether it must not be read by others either; to be written by them is never allowed
     * @throws IllegalArgumentException with the command that mends it
     */
    static void requirePrivate(Path file, String what, boolean secret) {
        Set<PosixFilePermission> found;
        boolean ours;
        try {
            found = Files.getPosixFilePermissions(file);
            ours = !isMountedFromSecret(file) && Files.isWritable(file);
        } catch (UnsupportedOperationException e) {
            // A file system without such permissions, as on Windows: the folder's own apply.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + file + ": " + e.getMessage(), e);
        }
        boolean toAll = found.contains(PosixFilePermission.OTHERS_WRITE)
                || secret && found.contains(PosixFilePermission.OTHERS_READ);
        boolean toGroup = found.contains(PosixFilePermission.GROUP_WRITE)
                || secret && found.contains(PosixFilePermission.GROUP_READ);
        String words = "%s holds %s and is open to %s (%s)"
                .formatted(file, what, toAll ? "everybody" : "its group", PosixFilePermissions.toString(found));
        if (toAll && ours) {
            throw new IllegalArgumentException(words + ": chmod 600 " + file);
        }
        if (toAll || toGroup) {
            LOG.warn("{}", words);
        }
    }

    /** The kubelet keeps what it mounts in a folder named {@code ..2026_01_31_...}, which it exchanges as a whole. */
    private static boolean isMountedFromSecret(Path file) throws IOException {
        Path folder = file.toRealPath().getParent();
        Path name = folder == null ? null : folder.getFileName();
        return name != null && name.toString().startsWith("..");
    }

    private static void makeFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.createDirectories(folder, FOLDER);
        } catch (UnsupportedOperationException e) {
            Files.createDirectories(folder);
        }
    }

    private static void create(Path file) throws IOException {
        try {
            Files.createFile(file, FILE);
        } catch (UnsupportedOperationException e) {
            // A file system without such permissions, as on Windows: the folder's own apply.
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("another process writes " + file, e);
        }
    }
}
