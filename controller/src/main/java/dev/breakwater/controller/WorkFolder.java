package dev.breakwater.controller;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A folder of this run's own, below the one of the settings, for results on their way into reports; gone with what is in it when it is closed. */
record WorkFolder(Path path) implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WorkFolder.class);

    /** @throws IOException in words, with the setting's name, where the folder cannot be used */
    static WorkFolder in(Path parent) throws IOException {
        try {
            return new WorkFolder(Files.createTempDirectory(parent, "breakwater-"));
        } catch (IOException e) {
            throw new IOException("--work-folder " + parent + " cannot be used: " + why(parent, e), e);
        }
    }

    private static String why(Path parent, IOException e) {
        if (!Files.exists(parent)) {
            return "it does not exist";
        }
        if (!Files.isDirectory(parent)) {
            return "it is no folder";
        }
        return switch (e) {
            case AccessDeniedException denied -> "this user may not write there";
            case NoSuchFileException missing -> "it does not exist";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> e.toString();
        };
    }

    /** What cannot be deleted is said and left: the end of the program must not depend on it. */
    @Override
    public void close() {
        try (var files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.warn("the folder {} was not deleted: {}", path, e.toString());
        }
    }
}
