package dev.breakwater.controller.rego;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Verdict;
import dev.breakwater.controller.scan.ScanLog;
import dev.breakwater.controller.scan.ScanOutput;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The Job's script in a real shell; a few lines play Trivy: its exit codes, its words, and that one bad object spoils a policy for all. */
@EnabledOnOs(OS.LINUX)
@NullUnmarked
class RegoScriptTest {
    private static final String TRIVY = """
            #!/bin/sh
            echo run >>"$COUNT"
            while [ $# -gt 1 ]; do
              [ "$1" = --output ] && found="$2"
              shift
            done
            if grep -q SYNTAX checks/*; then
              file=$(grep -l SYNTAX checks/* | head -n 1)
              printf 'FATAL\\tFatal error\\tinit Rego scanner: load checks: 1 error occurred: tmp/x/%s:7: rego_parse_error' "$file" >&2
              exit 1
            fi
            if grep -q KILLED checks/*; then exit 137; fi
            printf '{"Results":[' >"$found"
            comma=""
            for object in $(ls "$1"); do
              printf '%s{"Target":"%s","Misconfigurations":[' "$comma" "$object" >>"$found"
              comma=","
              inner=""
              for check in checks/*.rego; do
                if grep -q CAREFUL "$check" && grep -q CONFLICT "$1"/*; then
                  echo "ERROR Error occurred while applying rule from check file_path=\\"x\\" err=\\"tmp/x/$check:3: eval_conflict_error\\"" >&2
                else
                  printf '%s{"ID":"%s","Severity":"LOW","Status":"FAIL","Message":"m"}' "$inner" "$(basename "$check")" >>"$found"
                  inner=","
                fi
              done
              printf ']}' >>"$found"
            done
            printf ']}' >>"$found"
            """;

    @TempDir
    Path folder;

    @Test
    void whatIsBrokenStandsAloneAndTheRestIsJudged() throws Exception {
        RegoBatch batch = new RegoBatch(policies(Map.of("good", "", "bad", "SYNTAX", "careful", "CAREFUL")));
        for (int i = 0; i < 9; i++) {
            batch.add(new RegoObject("pod" + i, "Pod", i == 6 ? "{\"a\":\"CONFLICT\"}" : "{}"));
        }
        batch.add(new RegoObject("role", "Role", "{}"));

        RegoVerdicts verdicts = RegoResult.read(Files.newInputStream(run(batch, 0)), batch);

        assertThat(verdicts.broken())
                .containsExactly(Map.entry("policy.bad.rego", "policy.bad.rego:7: rego_parse_error"));
        assertThat(verdicts.undecided())
                .containsExactly(
                        Map.entry("policy.careful.rego", Map.of("pod6", "policy.careful.rego:3: eval_conflict_error")));
        for (int i = 0; i < 9; i++) {
            assertThat(failed(verdicts.results().get("pod" + i)))
                    .as("pod%d", i)
                    .isEqualTo(i == 6 ? Set.of("policy.good.rego") : Set.of("policy.good.rego", "policy.careful.rego"));
        }
        assertThat(failed(verdicts.results().get("role")))
                .containsExactlyInAnyOrder("policy.good.rego", "policy.careful.rego");
    }

    @Test
    void aPolicyWhoseKeyIsAsLongAsKeysMayBeIsRunAndCalledByItsName() throws Exception {
        String good = "g".repeat(240);
        String bad = "b".repeat(240);
        RegoBatch batch = new RegoBatch(policies(Map.of(good, "", bad, "SYNTAX")));
        batch.add(new RegoObject("o", "Pod", "{}"));

        RegoVerdicts verdicts = RegoResult.read(Files.newInputStream(run(batch, 0)), batch);

        String file = "policy." + bad + ".rego";
        assertThat(verdicts.broken()).containsExactly(Map.entry(file, file + ":7: rego_parse_error"));
        assertThat(verdicts.results().get("o")).hasSize(1);
    }

    @Test
    void whereNothingIsBrokenTrivyRunsOncePerKind() throws Exception {
        RegoBatch batch = new RegoBatch(policies(Map.of("good", "", "fine", "")));
        for (int i = 0; i < 40; i++) {
            batch.add(new RegoObject("o" + i, i % 2 == 0 ? "Pod" : "Role", "{}"));
        }
        run(batch, 0);
        assertThat(Files.readAllLines(folder.resolve("count"))).hasSize(2);
    }

    @Test
    void aScannerThatIsKilledIsNoBrokenPolicy() throws Exception {
        RegoBatch batch = new RegoBatch(policies(Map.of("good", "KILLED")));
        batch.add(new RegoObject("o", "Pod", "{}"));
        run(batch, 1);
        assertThat(Files.readString(folder.resolve("log"))).contains("out of memory");
    }

    @Test
    void whenTheTimeForIsolatingIsSpentWhatFailsIsUndecidedAndTheRestIsJudged() throws Exception {
        RegoBatch batch = new RegoBatch(policies(Map.of("good", "", "fine", "", "careful", "CAREFUL")));
        for (int i = 0; i < 4; i++) {
            batch.add(new RegoObject("pod" + i, "Pod", i == 2 ? "{\"a\":\"CONFLICT\"}" : "{}"));
        }

        RegoVerdicts verdicts = RegoResult.read(Files.newInputStream(run(batch, 0, 0)), batch);

        assertThat(Files.readAllLines(folder.resolve("count"))).hasSize(1);
        assertThat(verdicts.broken()).isEmpty();
        assertThat(verdicts.undecided()).containsOnlyKeys("policy.careful.rego");
        assertThat(verdicts.undecided().get("policy.careful.rego"))
                .containsOnlyKeys("pod0", "pod1", "pod2", "pod3")
                .containsEntry("pod0", "policy.careful.rego:3: eval_conflict_error");
        assertThat(failed(verdicts.results().get("pod0")))
                .containsExactlyInAnyOrder("policy.good.rego", "policy.fine.rego");
    }

    @Test
    void whenTheTimeForIsolatingIsSpentAndNothingCompilesNoPolicyIsSaidToHavePassed() throws Exception {
        RegoBatch batch = new RegoBatch(policies(Map.of("good", "", "bad", "SYNTAX")));
        batch.add(new RegoObject("pod", "Pod", "{}"));

        RegoVerdicts verdicts = RegoResult.read(Files.newInputStream(run(batch, 0, 0)), batch);

        assertThat(Files.readAllLines(folder.resolve("count"))).hasSize(1);
        assertThat(verdicts.undecided()).containsOnlyKeys("policy.good.rego", "policy.bad.rego");
        assertThat(verdicts.results().get("pod")).isEmpty();
    }

    private static RegoPolicies policies(Map<String, String> marks) {
        Map<String, String> files = new TreeMap<>();
        marks.forEach((name, mark) -> {
            files.put("policy." + name + ".rego", "# METADATA\n# " + mark + "\npackage user.x\n\ndeny[m] { m := 1 }\n");
            files.put("policy." + name + ".kinds", "*");
        });
        return RegoPolicies.of(files);
    }

    private static Set<String> failed(List<CheckResult> results) {
        Set<String> ids = new TreeSet<>();
        results.stream()
                .filter(result -> result.verdict() instanceof Verdict.Failed)
                .forEach(result -> ids.add(result.check().id()));
        return ids;
    }

    /** The part that came through the log. */
    private Path run(RegoBatch batch, int exitCode) throws IOException, InterruptedException {
        return run(batch, exitCode, 3600);
    }

    private Path run(RegoBatch batch, int exitCode, int isolatingSeconds) throws IOException, InterruptedException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        Path trivy = Files.writeString(programs.resolve("trivy"), TRIVY);
        assertThat(trivy.toFile().setExecutable(true)).isTrue();
        Path archive = Files.write(folder.resolve("batch"), batch.close());
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                RegoJobs.script(64 << 20),
                "policies",
                archive.toString(),
                batch.namespaces(),
                String.valueOf(isolatingSeconds));
        builder.environment().put("PATH", programs + File.pathSeparator + System.getenv("PATH"));
        builder.environment()
                .put("TMPDIR", Files.createDirectories(folder.resolve("tmp")).toString());
        builder.environment().put("COUNT", folder.resolve("count").toString());
        File log = folder.resolve("log").toFile();
        Process process = builder.redirectErrorStream(true).redirectOutput(log).start();
        assertThat(process.waitFor()).as(() -> read(log)).isEqualTo(exitCode);
        if (exitCode != 0) {
            return log.toPath();
        }
        try (InputStream in = Files.newInputStream(log.toPath());
                ScanOutput.Complete output = (ScanOutput.Complete) ScanLog.read(in, 64 << 20, folder, Set.of("rego"))) {
            Path copy = folder.resolve("result");
            Files.copy(output.part("rego").read(), copy);
            return copy;
        }
    }

    private static String read(File file) {
        try {
            return Files.readString(file.toPath());
        } catch (IOException e) {
            return e.toString();
        }
    }
}
