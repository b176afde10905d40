package dev.breakwater.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code breakwater}, in a folder of its own with a JDK and a Maven that only write down how they were called. */
class LauncherTest {
    private static final String JAVA = """
            #!/bin/sh
            printf '%s\\n' "$*" >>"$CALLS"
            for argument; do
              case $argument in
                -XX:AOTCacheOutput=*) cache=${argument#-XX:AOTCacheOutput=} ;;
                rehearse) [ -z "$REHEARSAL_FAILS" ] || exit 1 ;;
              esac
            done
            [ -z "$cache" ] || echo learnt >"$cache"
            """;

    @TempDir
    Path temporary;

    private Path root;
    private Path calls;

    private record Ended(int status, String output) {}

    @BeforeEach
    void project() throws IOException {
        root = Files.createDirectories(temporary.toRealPath().resolve("a folder with blanks"));
        calls = temporary.toRealPath().resolve("calls");
        for (String file : List.of("breakwater", "image/java.args", "testbed/demo-cluster.sh")) {
            Path copy = root.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of("..").resolve(file), copy);
        }
        Files.createDirectories(root.resolve("cli/target"));
        Files.writeString(root.resolve("cli/target/breakwater.jar"), "");
        program("jdk/bin/java", JAVA);
        program("jdk/bin/javac", "#!/bin/sh\n");
        Files.writeString(temporary.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
        Files.setLastModifiedTime(temporary.resolve("jdk/release"), FileTime.from(Instant.EPOCH));
        Files.setLastModifiedTime(
                root.resolve("cli/target/breakwater.jar"),
                FileTime.from(Instant.now().minusSeconds(60)));
        program("bin/mvn", "#!/bin/sh\necho \"mvn $*\" >>\"$CALLS\"\n");
        program("bin/id", "#!/bin/sh\necho 1000\n");
    }

    @Test
    void calledThroughLinksFromAnywhereItRunsTheJarOfItsOwnFolder() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("breakwater"), root.resolve("breakwater"));
        Path further = Files.createSymbolicLink(
                temporary.resolve("bw"), Path.of(link.getFileName().toString()));
        assertThat(run(further, Map.of(), "version").status()).isZero();
        assertThat(lastCall()).endsWith("-jar " + root.resolve("cli/target/breakwater.jar") + " version");
        assertThat(Files.readString(calls)).doesNotContain("mvn");
    }

    @Test
    void helpIsShownWithoutBuildingAnything() throws Exception {
        Files.delete(root.resolve("cli/target/breakwater.jar"));
        for (String command : List.of("bench", "image", "test", "demo --cluster")) {
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
            words.add("--help");
            Ended ended = run(root.resolve("breakwater"), Map.of(), words.toArray(String[]::new));
            assertThat(ended.status()).as(command + ended.output()).isZero();
            assertThat(ended.output()).contains("Usage: ./breakwater " + command);
        }
        assertThat(calls).doesNotExist();
    }

    @Test
    void helpOfTheJarIsTakenFromAnOldOneRatherThanBuilt() throws Exception {
        Files.createDirectories(root.resolve("cli/src"));
        Files.writeString(root.resolve("cli/src/newer"), "");
        assertThat(run(root.resolve("breakwater"), Map.of(), "audit", "--help").status())
                .isZero();
        assertThat(Files.readString(calls)).doesNotContain("mvn", "rehearse");
    }

    @Test
    void aDemoThatCannotRunHereSaysSoBeforeItBuilds() throws Exception {
        Ended ended = run(root.resolve("breakwater"), Map.of(), "demo", "--cluster");
        assertThat(ended.status()).isNotZero();
        assertThat(ended.output()).containsAnyOf("needs root", "needs Linux");
        assertThat(calls).doesNotExist();
    }

    @Test
    void aProgramIsRehearsedOnceForEachBuildAndStartsFromWhatWasLearnt() throws Exception {
        assertThat(run(root.resolve("breakwater"), Map.of(), "serve", "--standalone")
                        .output())
                .contains("rehearsing serve");
        String cache = "-XX:AOTCache=" + root.resolve("cli/target/aot/serve.aot");
        assertThat(Files.readAllLines(calls)).hasSize(2);
        assertThat(lastCall()).contains(cache).endsWith("serve --standalone");

        assertThat(run(root.resolve("breakwater"), Map.of(), "serve").output()).doesNotContain("rehearsing");
        assertThat(Files.readAllLines(calls)).hasSize(3);

        Files.setLastModifiedTime(
                root.resolve("cli/target/breakwater.jar"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(run(root.resolve("breakwater"), Map.of(), "serve").output()).contains("rehearsing serve");
    }

    @Test
    void withoutACacheEverythingRunsAsEver() throws Exception {
        Ended failed = run(root.resolve("breakwater"), Map.of("REHEARSAL_FAILS", "yes"), "audit", "x.yaml");
        assertThat(failed.status()).isZero();
        assertThat(failed.output()).contains("starts take longer without it");
        assertThat(lastCall()).doesNotContain("AOTCache").endsWith("audit x.yaml");

        assertThat(run(root.resolve("breakwater"), Map.of("BREAKWATER_AOT", "off"), "control")
                        .status())
                .isZero();
        assertThat(lastCall()).doesNotContain("AOTCache").endsWith("control");
    }

    private String lastCall() throws IOException {
        return Files.readAllLines(calls).getLast();
    }

    private void program(String name, String script) throws IOException {
        Path file = temporary.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Ended run(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BREAKWATER_"));
        builder.environment().put("CALLS", calls.toString());
        builder.environment().put("JAVA_HOME", temporary.resolve("jdk").toString());
        builder.environment().merge("PATH", temporary.resolve("bin") + ":", (path, ours) -> ours + path);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
