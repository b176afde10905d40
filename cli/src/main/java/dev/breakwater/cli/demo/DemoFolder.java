package dev.breakwater.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Where a demo keeps its data, the key of its certificate authority among it. A temporary one goes when it is closed, with all that is in it. */
record DemoFolder(Path path, boolean temporary) implements AutoCloseable {
    /** @param data where somebody wants it kept; {@code null} for a temporary folder */
    static DemoFolder open(@Nullable Path data) throws IOException {
        return data != null
                ? new DemoFolder(Files.createDirectories(data), false)
                : new DemoFolder(Files.createTempDirectory("breakwater-demo-"), true);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.walkFileTree(path, new Deletion());
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // Gone between the listing and now is what was wanted.
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
