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
    private static final Pattern MEMORY = Pattern.compile("limits: \\{memory: (\\d+)Mi\\}");

    /**
     * The jar that the build makes, with the cache that the launcher made for it where there is one.
     *
     * @param root folder of the project
     */
    public static ServerProgram ofJar(Path root) {
        JvmOptions options = new JvmOptions(root);
        return of(options, List.of("-jar", options.jar().toString()), true);
    }

    /** The classes of a build that has no jar yet, as tests see them. */
    public static ServerProgram ofClasses(Path root, String classPath) {
        return of(new JvmOptions(root), List.of("-cp", classPath, "dev.breakwater.cli.Breakwater"), false);
    }

    private static ServerProgram of(JvmOptions options, List<String> program, boolean cached) {
        Path manifest = options.root().resolve("manifests/base/apiserver.yaml");
        try {
            Matcher memory = MEMORY.matcher(Files.readString(manifest));
            if (!memory.find()) {
                throw new IllegalStateException("no limit of memory in " + manifest);
            }
            List<String> jvm = new ArrayList<>(options.everywhere());
            if (cached) {
                jvm.addAll(options.cache(JvmOptions.Program.serve));
            }
            jvm.addAll(options.own(JvmOptions.Program.serve));
            return new ServerProgram(options.root(), program, List.copyOf(jvm), Long.parseLong(memory.group(1)) << 20);
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
