package dev.breakwater.cli.audit;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads objects one after the other from files, folders or standard input: YAML documents, JSON, JSON lines, Lists of either. Which of them it is shows
 * at the beginning.
 */
final class Manifests {
    private static final int LOOK_AHEAD = 1 << 16;

    private final InputStream standardInput;

    Manifests(InputStream standardInput) {
        this.standardInput = standardInput;
    }

    /** Hands each object to {@code each}, files of a folder in the order of their names. */
    void read(String target, Consumer<Manifest> each) throws IOException {
        if (target.equals("-")) {
            read("-", standardInput, each);
            return;
        }
        Path path = Path.of(target);
        if (Files.isDirectory(path)) {
            for (Path file : manifestsBelow(path)) {
                read(file, each);
            }
        } else if (Files.exists(path)) {
            read(path, each);
        } else {
            throw new UnreadableManifest(
                    "There is no file or folder " + target + "; give a file, a folder, or - for standard input.");
        }
    }

    private static List<Path> manifestsBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName()
                            .toString()
                            .toLowerCase(Locale.ROOT)
                            .matches(".*\\.(ya?ml|json|jsonl|ndjson)"))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new UnreadableManifest(
                        "The folder " + folder + " holds no manifests: no file ends in .yaml, .yml, .json or .jsonl.");
            }
            return found;
        }
    }

    private void read(Path file, Consumer<Manifest> each) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            read(file.toString(), in, each);
        }
    }

    private static void read(String file, InputStream in, Consumer<Manifest> each) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), LOOK_AHEAD);
        try {
            if (isJson(text)) {
                new JsonObjects(file, each).read(text);
            } else {
                new YamlObjects(file, each).read(text);
            }
        } catch (JsonParseException e) {
            throw new UnreadableManifest(
                    at(file, e.getLocation() == null ? 0 : e.getLocation().getLineNr()) + "this is no valid JSON: "
                            + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            throw new UnreadableManifest(at(file, 0) + "this cannot be read as JSON: " + e.getOriginalMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new UnreadableManifest(at(file, line) + "this is no valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new UnreadableManifest(at(file, 0) + "this is no valid YAML: " + e.getMessage());
        }
    }

    static String at(String file, int line) {
        String name = file.equals("-") ? "standard input" : file;
        return line > 0 ? name + ":" + line + ": " : name + ": ";
    }

    /**
     * Whether the first character that is no blank opens a JSON value, and no line near it separates YAML documents (an object in braces may well be the
     * first of them). The reader is left where it was.
     */
    private static boolean isJson(BufferedReader text) throws IOException {
        text.mark(LOOK_AHEAD);
        char[] head = new char[LOOK_AHEAD];
        int length = 0;
        for (int read = 0; read >= 0 && length < LOOK_AHEAD; length += Math.max(read, 0)) {
            read = text.read(head, length, LOOK_AHEAD - length);
        }
        text.reset();
        String start = new String(head, 0, length).replace("\uFEFF", "").stripLeading();
        return (start.startsWith("{") || start.startsWith("[")) && !start.contains("\n---");
    }
}
