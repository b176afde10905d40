package dev.breakwater.cli.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects one after the other from files, folders or standard input: YAML documents, JSON, JSON lines, Lists of either. Which of them it is shows
 * at the beginning. A file that cannot be read is told, and the next is read.
 */
final class Manifests {
    private static final int LOOK_AHEAD = 1 << 16;

    private final InputStream standardInput;
    private final Found found;

    Manifests(InputStream standardInput, Found found) {
        this.standardInput = standardInput;
        this.found = found;
    }

    /** Files of a folder in the order of their names. */
    void read(String target) {
        if (target.equals("-")) {
            read("-", () -> standardInput);
            return;
        }
        Path path = Path.of(target);
        if (Files.isDirectory(path)) {
            manifestsBelow(path).forEach(this::read);
        } else if (Files.exists(path) || Files.isSymbolicLink(path)) {
            read(path);
        } else {
            unread(target, "there is no such file or folder; give a file, a folder, or - for standard input.");
        }
    }

    private List<Path> manifestsBelow(Path folder) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    // A link that leads nowhere is no regular file, and told when it is read.
                    if (isManifest(file)
                            && (Files.isRegularFile(file) || attributes.isSymbolicLink() && !Files.exists(file))) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    unread(file.toString(), "this cannot be read: " + words(e, file));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) {
                    if (e != null) {
                        unread(visited.toString(), "this cannot be read to its end: " + words(e, visited));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            unread(folder.toString(), "this cannot be read: " + words(e, folder));
        }
        Collections.sort(files);
        return files;
    }

    private static boolean isManifest(Path file) {
        return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT).matches(".*\\.(ya?ml|json|jsonl|ndjson)");
    }

    private void read(Path file) {
        read(file.toString(), () -> Files.newInputStream(file));
    }

    private interface Source {
        InputStream open() throws IOException;
    }

    private void read(String file, Source source) {
        try (InputStream in = source.open();
                BufferedReader text = Encoded.reader(in, LOOK_AHEAD)) {
            if (isJson(text)) {
                new JsonObjects(file, found).read(text);
            } else {
                new YamlObjects(file, found).read(text);
            }
        } catch (IOException e) {
            unread(file, "this cannot be read: " + words(e, Path.of(file)));
        }
    }

    private void unread(String file, String reason) {
        found.unread(new Unread(file, 0, reason));
    }

    /** Java says no more than the name of the file where a file is missing or closed to us. */
    private static String words(IOException e, Path file) {
        return switch (e) {
            case NoSuchFileException ignored
            when Files.isSymbolicLink(file) -> "it is a symbolic link to " + aim(file) + ", which does not exist";
            case NoSuchFileException ignored -> "it does not exist";
            case AccessDeniedException ignored -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String aim(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "a file";
        }
    }

    /** The words for a key that stands in its map already. */
    static String twice(String key, int first) {
        return "the key " + brief(key) + " stands here again, first in line " + first
                + "; kubectl refuses that. The last value was audited.";
    }

    static String brief(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    /**
     * Whether the first character that is no blank opens a JSON value, and no line near it separates YAML documents (an object in braces may well be the
     * first of them). Two braces open a template. The reader is left where it was.
     */
    private static boolean isJson(BufferedReader text) throws IOException {
        text.mark(LOOK_AHEAD);
        char[] head = new char[LOOK_AHEAD];
        int length = 0;
        for (int read = 0; read >= 0 && length < LOOK_AHEAD; length += Math.max(read, 0)) {
            read = text.read(head, length, LOOK_AHEAD - length);
        }
        text.reset();
        String start = new String(head, 0, length).stripLeading();
        return (start.startsWith("{") || start.startsWith("[")) && !start.startsWith("{{") && !start.contains("\n---");
    }
}
