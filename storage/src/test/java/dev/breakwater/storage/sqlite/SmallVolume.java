package dev.breakwater.storage.sqlite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;

/** A file system of some megabytes; ends the test with a reason where none can be mounted. */
@NullUnmarked
final class SmallVolume implements AutoCloseable {
    final Path folder;

    SmallVolume(Path under, int megabytes) throws Exception {
        folder = Files.createDirectory(under.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString()) == 0,
                "a small file system cannot be mounted here: that takes root");
    }

    void remount(String options) throws Exception {
        if (run("mount", "-o", "remount," + options, folder.toString()) != 0) {
            throw new AssertionError("cannot be remounted with " + options);
        }
    }

    /** What somebody else puts there, to the last byte. */
    Path fill() throws IOException {
        Path file = folder.resolve("of-somebody-else");
        try (var out = Files.newOutputStream(file)) {
            byte[] page = new byte[4096];
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            return file;
        }
    }

    @Override
    public void close() throws Exception {
        run("umount", "-l", folder.toString());
    }

    static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
