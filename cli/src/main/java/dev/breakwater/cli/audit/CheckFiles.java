package dev.breakwater.cli.audit;

import dev.breakwater.controller.checks.InvalidCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of checks as somebody names them: one, or all below a folder, as they would be put into a bundle. */
final class CheckFiles {
    private CheckFiles() {}

    /** A file itself, of a folder every file below that ends in .yaml or .yml, in the order of their paths. */
    static List<Path> of(Path path) throws IOException, InvalidCheck {
        if (Files.isRegularFile(path)) {
            return List.of(path);
        }
        if (!Files.isDirectory(path)) {
            throw new InvalidCheck("There is no file or folder " + path + ".");
        }
        try (Stream<Path> files = Files.walk(path)) {
            return files.filter(file -> file.toString().matches(".*\\.ya?ml") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }
}
