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
 * What the manifests give our API server: what is measured is what they run, and options of the benchmark's own would drift away
 * from them.
 *
 * @param jvmOptions of the container
 * @param memoryLimit of the container, in bytes
 */
public record ServerManifest(List<String> jvmOptions, long memoryLimit) {
    private static final Pattern JVM_OPTIONS =
            Pattern.compile("name: JDK_JAVA_OPTIONS\\s+value: >-\\s((?:\\s+-\\S+)+)\\s");
    private static final Pattern MEMORY = Pattern.compile("limits: \\{memory: (\\d+)Mi\\}");

    /** @param root folder of the project */
    public static ServerManifest read(Path root) {
        Path manifest = root.resolve("manifests/base/apiserver.yaml");
        try {
            String text = Files.readString(manifest);
            Matcher options = JVM_OPTIONS.matcher(text);
            Matcher memory = MEMORY.matcher(text);
            if (!options.find() || !memory.find()) {
                throw new IllegalStateException("no JDK_JAVA_OPTIONS or no limit of memory in " + manifest);
            }
            return new ServerManifest(
                    List.of(options.group(1).strip().split("\\s+")), Long.parseLong(memory.group(1)) << 20);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + manifest, e);
        }
    }

    /** A command that runs our program with these options, without settings of the caller's shell. */
    public ProcessBuilder command(Path root, List<String> moreJvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(jvmOptions);
        command.addAll(moreJvmOptions);
        command.addAll(List.of("-jar", root.resolve("cli/target/breakwater.jar").toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        // Settings of the caller's shell would be this server's settings.
        builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
        builder.environment().put("MALLOC_ARENA_MAX", "2");
        return builder;
    }
}
