package dev.breakwater.controller.reports;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A temporary file for the long part of a report, so that ten scans at a time with 64 MB each do not need 640 MB of memory. Written once, read any
 * number of times, gone with {@link #close}.
 */
public final class Spool implements AutoCloseable {
    private final Path file;

    private Spool(Path file) {
        this.file = file;
    }

    public static Spool in(Path folder) throws IOException {
        return new Spool(Files.createTempFile(folder, "scan-", ".json"));
    }

    public OutputStream write() throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 64 * 1024);
    }

    public InputStream read() throws IOException {
        return new BufferedInputStream(Files.newInputStream(file), 64 * 1024);
    }

    void copyTo(OutputStream out) throws IOException {
        Files.copy(file, out);
    }

    public long size() throws IOException {
        return Files.size(file);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
