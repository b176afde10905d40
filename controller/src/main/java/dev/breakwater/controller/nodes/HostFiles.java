package dev.breakwater.controller.nodes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The node's files and processes, as far as they are mounted. Everything is read; nothing is written, run or followed out of bounds. */
final class HostFiles {
    private static final int DEEPEST = 3;
    private static final int MOST_FILES = 2_000;
    private static final int LARGEST_DOCUMENT = 1 << 20;

    private final Path root;
    private final List<String> unread;
    private final Map<String, String> users;
    private final Map<String, String> groups;

    /**
     * @param root where the node's files are mounted; {@code /} when they are where they are on the node
     * @param unread receives a sentence for each thing that is there but cannot be read
     */
    HostFiles(Path root, List<String> unread) {
        this.root = root;
        this.unread = unread;
        this.users = names("/etc/passwd");
        this.groups = names("/etc/group");
    }

    /**
     * A file as {@code stat} tells it.
     *
     * @param mode octal digits read as a decimal number: 600 for rw-------
     * @param owner {@code user:group}; the numbers of those that have no name
     */
    record Standing(long mode, String owner) {}

    boolean exists(String path) {
        return Files.exists(at(path));
    }

    /** Follows symbolic links: what counts is who can read the content. Empty when it is not there or not readable. */
    Optional<Standing> standing(Path file) {
        try {
            int mode = (Integer) Files.getAttribute(file, "unix:mode") & 0_7777;
            return Optional.of(new Standing(
                    Long.parseLong(Integer.toOctalString(mode)),
                    name(users, Files.getAttribute(file, "unix:uid")) + ":"
                            + name(groups, Files.getAttribute(file, "unix:gid"))));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            unread(file, e);
            return Optional.empty();
        }
    }

    /** Whether there is a folder and nothing in it: container runtimes make one where a mount finds none. */
    boolean isEmptyFolder(String path) {
        Path folder = at(path);
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        } catch (IOException closed) {
            // Closed to us, as etcd's own is: made by somebody for something.
            return false;
        }
    }

    Path at(String path) {
        return root.resolve(path.startsWith("/") ? path.substring(1) : path);
    }

    /** Regular files below a folder whose name matches, in the order of their paths. */
    List<Path> below(Path folder, String named, boolean withFolder) {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + named);
        List<Path> files = new ArrayList<>();
        if (withFolder) {
            files.add(folder);
        }
        collect(folder, matcher, 1, files);
        return files;
    }

    private void collect(Path folder, PathMatcher matcher, int depth, List<Path> files) {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.sorted().toList()) {
                if (files.size() >= MOST_FILES) {
                    return;
                }
                if (Files.isDirectory(entry)) {
                    if (depth < DEEPEST && !Files.isSymbolicLink(entry)) {
                        collect(entry, matcher, depth + 1, files);
                    }
                } else if (matcher.matches(entry.getFileName())) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException gone) {
            // Files come and go on a living node.
        } catch (IOException e) {
            unread(folder, e);
        }
    }

    /** A document of at most a megabyte; empty when it is not there, larger, or not readable. */
    Optional<byte[]> content(String path) {
        Path file = at(path);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST_DOCUMENT + 1);
            return bytes.length > LARGEST_DOCUMENT ? Optional.empty() : Optional.of(bytes);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (IOException e) {
            unread(file, e);
            return Optional.empty();
        }
    }

    /** The first process that runs the program; one without arguments when none does. Needs the node's process IDs (hostPID). */
    CommandLine process(String program) {
        try (Stream<Path> entries = Files.list(at("/proc"))) {
            for (Path entry : entries.filter(path -> isNumber(path.getFileName().toString()))
                    .sorted()
                    .toList()) {
                Optional<CommandLine> process = commandLine(entry);
                if (process.isPresent() && process.get().runs(program)) {
                    return process.get();
                }
            }
        } catch (IOException e) {
            unread(at("/proc"), e);
        }
        return CommandLine.NONE;
    }

    private static Optional<CommandLine> commandLine(Path process) {
        try (InputStream in = Files.newInputStream(process.resolve("cmdline"))) {
            String text = new String(in.readNBytes(64 * 1024), StandardCharsets.UTF_8);
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new CommandLine(List.of(text.split("\0")), isContained(process)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** A process in a PID namespace below ours, which is the node's, has a number in each: {@code NSpid: 4711 1} (proc(5)). */
    private static boolean isContained(Path process) throws IOException {
        Path status = process.resolve("status");
        if (!Files.exists(status)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(status, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("NSpid:"))
                    .anyMatch(line -> line.strip().split("\\s+").length > 2);
        }
    }

    private void unread(Path file, IOException e) {
        String why = e instanceof AccessDeniedException
                ? "permission denied"
                : e.getClass().getSimpleName();
        unread.add("/" + root.relativize(file) + ": " + why);
    }

    /** Names by number, from a file in the manner of /etc/passwd. 0 is root even where the file is not mounted. */
    private Map<String, String> names(String file) {
        Map<String, String> names = new HashMap<>(Map.of("0", "root"));
        content(file).ifPresent(bytes -> {
            for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
                String[] fields = line.split(":");
                if (fields.length > 2) {
                    names.putIfAbsent(fields[2], fields[0]);
                }
            }
        });
        return names;
    }

    private static String name(Map<String, String> names, @Nullable Object number) {
        String text = String.valueOf(number);
        return names.getOrDefault(text, text);
    }

    private static boolean isNumber(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
