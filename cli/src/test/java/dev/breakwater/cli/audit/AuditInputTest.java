package dev.breakwater.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What does not come as expected: a gate must be red, and what is right beside it must be audited. */
class AuditInputTest {
    private static final String BAD_POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: bad, namespace: shop}
            spec:
              containers:
              - {name: c, image: "nginx:1.2", securityContext: {privileged: true}}
            """;

    @TempDir
    Path folder;

    record Run(int exitCode, String out, String err) {
        List<String> names() {
            return out.lines().map(line -> read(line).path("name").asText()).toList();
        }

        static JsonNode read(String json) {
            try {
                return new ObjectMapper().readTree(json);
            } catch (Exception e) {
                throw new AssertionError(json, e);
            }
        }
    }

    private static Run audit(String input, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command =
                new CommandLine(new AuditCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))));
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Run(command.execute(arguments), out.toString(), err.toString());
    }

    private static String role(String name) {
        return "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: " + name + "}\nrules: []\n";
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b.yaml | kind: Pod\\nmetadata: [\\n | b.yaml:3: this is no valid YAML",
                "b.yaml | \\tkind: Pod\\n | b.yaml:1: this is no valid YAML",
                "b.yaml | kind: Pod\\nmetadata: *nobody\\n | b.yaml:2: this is no valid YAML",
                "b.yaml | just text | b.yaml:1: expected a Kubernetes object",
                "b.yaml | {kind: Pod, {a: b}: c} | b.yaml:1:",
                "b.yaml | kind: &k\\n  a: *k | b.yaml:1: this is no valid YAML: an alias stands for a value that contains it",
                "b.yaml | kind: Deployment\\nspec:\\n  replicas: {{ .Values.replicas }}\\n | b.yaml:3: this is a template",
                "b.yaml | {{- if .Values.on }}\\nkind: Deployment\\n{{- end }}\\n | b.yaml:1: this is a template",
                "b.json | {\"kind\": \"Pod\",\\n\"spec\": {\"containers\": [ | b.json:2: this is no valid JSON",
                "b.json | {\"kind\": \"List\", \"items\": [7, | b.json:1:",
                "b.jsonl | {\"kind\": \"Pod\"\\n{\"kind\": \"Pod\"}\\n | b.jsonl:2: this is no valid JSON",
            })
    void aFileThatCannotBeReadIsNamedWithItsLineAndTheOthersAreAudited(String name, String text, String words)
            throws Exception {
        file("a.yaml", role("before"));
        file(name, text.replace("\\n", "\n").replace("\\t", "\t"));
        file("c.yaml", BAD_POD);
        Run run = audit("", "--format", "jsonl", "--fail-on", "critical", folder.toString());
        assertThat(run.err()).contains(words);
        assertThat(run.names()).contains("before", "bad");
        assertThat(run.exitCode()).isEqualTo(3);
    }

    @Test
    void aDocumentThatIsNoYamlDoesNotHideThoseAfterIt() {
        Run run = audit(
                role("one") + "---\nkind: Pod\nmetadata: {name: \"two}\n---\n# fine again\n" + role("three")
                        + "--- # and\nkind: [\n...\n" + role("four"),
                "--format",
                "jsonl",
                "-");
        assertThat(run.names()).containsExactly("one", "three", "four");
        assertThat(run.err().lines()).hasSize(2);
        assertThat(run.err()).contains("standard input:8: ").contains("standard input:16: ");
    }

    @Test
    void directivesAndSeparatorsStayWithTheirDocument() {
        Run run = audit(
                "# head\n%YAML 1.1\n---\n" + role("one")
                        + "...\n%YAML 1.1\n--- {kind: Role, metadata: {name: two}}\n---\n---\n"
                        + "kind: ConfigMap\nmetadata: {name: three}\ndata:\n  a: |\n    x\n    ---\n    y\n",
                "--format",
                "jsonl",
                "-");
        assertThat(run.err()).isEmpty();
        assertThat(run.names()).containsExactly("one", "two", "three");
    }

    @Test
    void linksThatLeadNowhereAndFilesThatCannotBeReadAreNamed() throws Exception {
        file("a.yaml", role("a"));
        Files.createSymbolicLink(folder.resolve("b.yaml"), folder.resolve("gone.yaml"));
        Files.createSymbolicLink(folder.resolve("c.yaml"), folder.resolve("c.yaml"));
        Files.createSymbolicLink(folder.resolve("d.yaml"), folder.resolve("a.yaml"));
        Run run = audit("", "--format", "jsonl", folder.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.names()).containsExactly("a", "a");
        assertThat(run.err())
                .contains("b.yaml: this cannot be read: it is a symbolic link to " + folder.resolve("gone.yaml"))
                .contains("c.yaml: this cannot be read: ");
        Run named = audit(
                "",
                "--format",
                "jsonl",
                folder.resolve("b.yaml").toString(),
                folder.resolve("a.yaml").toString());
        assertThat(named.exitCode()).isEqualTo(3);
        assertThat(named.names()).containsExactly("a");
    }

    @Test
    void aFileWhoseReadingFailsIsNamed() throws Exception {
        Path unreadable = Path.of("/proc/self/mem");
        assumeTrue(Files.exists(unreadable));
        Files.createSymbolicLink(folder.resolve("a.yaml"), unreadable);
        file("b.yaml", role("b"));
        Run run = audit("", "--format", "jsonl", folder.toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("a.yaml: this cannot be read: ");
        assertThat(run.names()).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void everyEncodingOfYamlIsReadWithAndWithoutItsMark(String charset) throws Exception {
        for (String mark : List.of("\uFEFF", "")) {
            Path yaml = Files.write(folder.resolve("a.yaml"), (mark + BAD_POD).getBytes(Charset.forName(charset)));
            Run run = audit("", "--fail-on", "high", yaml.toString());
            assertThat(run.err()).isEmpty();
            assertThat(run.exitCode()).isEqualTo(1);
            Path json = Files.write(
                    folder.resolve("a.json"),
                    (mark + "{\"kind\":\"Role\",\"metadata\":{\"name\":\"ä\"}}").getBytes(Charset.forName(charset)));
            assertThat(audit("", "--format", "jsonl", json.toString()).names()).containsExactly("ä");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "---\n---\n",
                "# nothing\n",
                "{\"kind\":\"List\",\"items\":[]}",
                "[]",
                "replicas: 3\nimage: x\n"
            })
    void noObjectAtAllIsNoPass(String input) {
        Run run = audit(input, "--fail-on", "HIGH", "-");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("no Kubernetes object").hasLineCount(1);
        assertThat(audit(input, "--fail-on", "HIGH", "--allow-empty", "-").exitCode())
                .isZero();
    }

    @Test
    void aFolderWithoutManifestsIsNoPass() throws Exception {
        file("readme.txt", "x");
        assertThat(audit("", folder.toString()).exitCode()).isEqualTo(3);
        assertThat(audit("", "--allow-empty", folder.toString()).exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind: Pod\nmetadata:\n  name: a\n  labels: {x: y}\n  name: b\n",
                "kind: Pod\nmetadata:\n  name: a\n  name: c\n\n  \"name\": b\n",
                "{\"kind\": \"Pod\",\n\"metadata\": {\n\"name\": \"a\",\n\n\"name\": \"b\"}}",
                "{\"kind\": \"List\",\n\"items\": [{\"kind\": \"Pod\", \"metadata\":{\n\"name\": \"a\",\n\n\"name\": \"b\"}}]}",
            })
    void aKeyThatStandsTwiceIsToldOnceWithFileAndLine(String text) throws Exception {
        Run run = audit("", "--format", "jsonl", file("a.yaml", text).toString());
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err())
                .hasLineCount(1)
                .containsPattern("a\\.yaml:[45]: the key name stands here again, first in line 3;");
        assertThat(run.names()).containsExactly("b");
    }

    @Test
    void aPatchBesideManifestsIsNoObjectAndNoFault() throws Exception {
        file("a.yaml", role("r"));
        file("patch.yaml", "- op: add\n  path: /metadata/labels\n  value: {a: b}\n");
        file("values.yaml", "replicas: 1\n");
        Run run = audit("", folder.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("1 object audited", "No Kubernetes object, as it has no kind: 2 documents");
        assertThat(audit(
                                "- kind: Role\n  metadata: {name: a}\n- kind: Role\n  metadata: {name: b}\n",
                                "--format",
                                "jsonl",
                                "-")
                        .names())
                .containsExactly("a", "b");
    }

    @Test
    void mergedAndAliasedMapsRepeatNoKey() {
        Run run = audit(
                "kind: ConfigMap\nmetadata: {name: m}\nx: &x {a: b, a2: c}\ny: {<<: *x, a: d}\nz: [*x, *x]\n",
                "--format",
                "jsonl",
                "-");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aliasesOfAliasesAreNotWrittenOut() {
        StringBuilder text = new StringBuilder("kind: ConfigMap\na0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i < 8; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(10)));
        }
        Run run = audit(text.toString(), "-");
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("its aliases stand for").hasLineCount(1);
    }

    @Test
    void whatNoCheckIsAboutDoesNotLookCleanInAnyForm() throws Exception {
        String input = role("r") + "---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: c}\n"
                + "---\nkind: Certificate\nmetadata: {name: d}\n---\nkind: Namespace\nmetadata: {name: e}\n"
                + "---\nkind: Rollout\nmetadata: {name: f}\nspec: {template: {spec: {containers: [{name: c, image: x}]}}}\n";
        Run table = audit(input, "-");
        assertThat(table.exitCode()).isZero();
        assertThat(table.out())
                .contains(
                        "2 objects audited", "Not judged, as no check is about Certificate (2), Namespace: 3 objects");
        Run lines = audit(input, "--format", "jsonl", "-");
        assertThat(lines.out()
                        .lines()
                        .map(line -> Run.read(line).path("judged").asBoolean())
                        .toList())
                .containsExactly(true, false, false, false, true);
        assertThat(lines.err()).contains("Certificate (2), Namespace");
        assertThat(audit(input, "--format", "junit", "-").out())
                .contains("<skipped message=\"no check is about Certificate\"");
        assertThat(Run.read(audit(input, "--format", "sarif", "-").out())
                        .at("/runs/0/invocations/0/toolExecutionNotifications/0/message/text")
                        .asText())
                .contains("Certificate (2), Namespace");
    }

    @Test
    void anOwnCheckForEveryKindJudgesEveryKind() throws Exception {
        Path check = file("team.yaml", """
                id: TEAM-1
                severity: LOW
                title: t
                description: d
                remediation: r
                match: {kinds: ['*']}
                fail: 'false'
                message: '"never"'
                """);
        Run run = audit("kind: Certificate\nmetadata: {name: c}\n", "--checks", check.toString(), "-");
        assertThat(run.out()).contains("1 object audited").doesNotContain("Not judged");
    }

    @Test
    void formsForMachinesHoldWhatCouldNotBeRead() {
        Run junit = audit("kind: [\n---\n" + role("r"), "--format", "junit", "-");
        assertThat(junit.out()).contains("<error message=\"standard input:2: this is no valid YAML");
        JsonNode run = Run.read(audit("kind: [\n---\n" + role("r"), "--format", "sarif", "-")
                        .out())
                .at("/runs/0/invocations/0");
        assertThat(run.path("executionSuccessful").asBoolean(true)).isFalse();
        assertThat(run.at("/toolExecutionNotifications/0/message/text").asText())
                .startsWith("standard input:2: ");
    }
}
