package dev.breakwater.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.side.ServerProgram;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The short form of the drill: some cases of each row against a server in a process with the options of the manifests, so that it
 * is seen to live. {@code ./breakwater bench drill} does all of them, with figures.
 */
@Tag("slow")
class DrillTest {
    /** How long nobody may wait here is a matter of life, not of speed: kubelet would have given up by then. */
    private static final double LONGEST_MILLIS = 8_000;

    private static final List<String> CASES = List.of(
            "alias-tripled",
            "alias-options-text",
            "copy-document",
            "copy-array",
            "merge-arrays",
            "json-os-keys",
            "json-strict",
            "yaml-scalars",
            "digits",
            "patch-exponent",
            "yaml-sexagesimal",
            "selectors-anonymous",
            "lists-plain",
            "yaml-self",
            "merge-deep",
            "options-deep",
            "json-patch-deep",
            "continue-deep");

    private static final List<String> BREAKAGES = List.of("file-moved", "file-modes", "users-readable", "work-folder");

    @TempDir
    static Path folder;

    private static ServerProgram program;
    private static Drill drill;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path root = Path.of("..").toAbsolutePath().normalize();
        program = ServerProgram.ofClasses(
                root, System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        Ground ground = new Ground(
                program, folder.resolve("server"), Database.sqlite(), Workload.generate("drill", 1, 100), _ -> {});
        drill = new Drill(
                ground,
                program.memoryLimit(),
                new Drill.Bounds(LONGEST_MILLIS, LONGEST_MILLIS, Duration.ofMillis(300)));
        ground.server();
    }

    @AfterAll
    static void stop() {
        drill.ground().close();
    }

    static Stream<Case> cases() {
        return DrillCommand.all().stream().filter(one -> CASES.contains(one.name()));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theServerLivesAndSaysWhatIsWrongAndNobodyElseNotices(Case one) throws Exception {
        Outcome outcome = drill.run(one, CASES.indexOf(one.name()));
        assertThat(outcome.problems()).as(one.name() + ": " + one.what()).isEmpty();
    }

    static Stream<Breakage> breakages() {
        return Breakages.all().stream().filter(one -> BREAKAGES.contains(one.name()));
    }

    @ParameterizedTest
    @MethodSource("breakages")
    void whatBreaksIsNoticedAndSaid(Breakage breakage, @TempDir Path own) throws Exception {
        Breakages.Found found =
                new Breakages(program, own, _ -> {}).run(List.of(breakage)).getFirst();
        Assumptions.assumeTrue(found.skipped().isEmpty(), found.skipped());
        assertThat(found.problems())
                .as(breakage.name() + ": " + breakage.what())
                .isEmpty();
    }

    @Test
    void everyRowOfAttacksHasACaseHere() {
        assertThat(cases().map(Case::name)).containsExactlyInAnyOrderElementsOf(CASES);
        assertThat(cases().map(Case::row)).contains("a", "b", "c", "d", "e", "f", "h");
    }
}
