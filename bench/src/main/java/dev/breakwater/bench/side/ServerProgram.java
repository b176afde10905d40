package dev.breakwater.bench.side;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Our program with what the manifests give its server: what is measured is what they run, and options of the benchmark's own would
 * drift away from them.
 *
 * @param root folder of the project
 * @param program arguments of {@code java} that start it
 * @param jvmOptions of the container
 * @param memoryLimit of the container, in bytes
 */
public record ServerProgram(Path root, List<String> program, List<String> jvmOptions, long memoryLimit) {
    private static final Pattern JVM_OPTIONS =
            Pattern.compile("name: JDK_JAVA_OPTIONS\\s+value: >-\\s((?:\\s+-\\S+)+)\\s");
    private static final Pattern MEMORY = Pattern.compile("limits: \\{memory: (\\d+)Mi\\}");

    /**
     * The jar that the build makes.
     *
     * @param root folder of the project
     */
    public static ServerProgram ofJar(Path root) {
        return of(
                root, List.of("-jar", root.resolve("cli/target/breakwater.jar").toString()));
    }

    /** The classes of a build that has no jar yet, as tests see them. */
    public static ServerProgram ofClasses(Path root, String classPath) {
        return of(root, List.of("-cp", classPath, "dev.breakwater.cli.Breakwater"));
    }

    private static ServerProgram of(Path root, List<String> program) {
        Path manifest = root.resolve("manifests/base/apiserver.yaml");
        try {
            String text = Files.readString(manifest);
            Matcher options = JVM_OPTIONS.matcher(text);
            Matcher memory = MEMORY.matcher(text);
            if (!options.find() || !memory.find()) {
                throw new IllegalStateException("no JDK_JAVA_OPTIONS or no limit of memory in " + manifest);
            }
            return new ServerProgram(
                    root,
                    program,
                    List.of(options.group(1).strip().split("\\s+")),
                    Long.parseLong(memory.group(1)) << 20);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + manifest, e);
        }
    }

    /** A command that runs it, without settings of the caller's shell. */
    public ProcessBuilder command(List<String> moreJvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(jvmOptions);
        command.addAll(moreJvmOptions);
        command.addAll(program);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Settings of the caller's shell would be this server's settings.
        builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder;
    }
}
