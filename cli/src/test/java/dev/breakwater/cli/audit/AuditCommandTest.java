package dev.breakwater.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.cli.Breakwater;
import dev.breakwater.controller.checks.CheckSet;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AuditCommandTest {
    private static final String PRIVILEGED = """
            apiVersion: v1
            kind: Pod
            metadata: {name: bad, namespace: shop}
            spec:
              containers:
              - name: c
                image: nginx:1.2
                securityContext: {privileged: true}
            """;
    private static final String ROLE = "{\"kind\":\"Role\",\"metadata\":{\"name\":\"r\"},\"rules\":[]}";

    @TempDir
    Path folder;

    record Run(int exitCode, String out, String err) {}

    private static Run breakwater(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Breakwater.run(arguments, Map.of(), new PrintWriter(out, true), new PrintWriter(err, true));
        return new Run(exitCode, out.toString(), err.toString());
    }

    private static Run onStandardInput(String input, String... arguments) {
        StringWriter out = new StringWriter();
        CommandLine command =
                new CommandLine(new AuditCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))));
        command.setOut(new PrintWriter(out, true));
        int exitCode = command.execute(arguments);
        return new Run(exitCode, out.toString(), "");
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<JsonNode> lines(String out) {
        ObjectMapper json = new ObjectMapper();
        return out.lines()
                .map(line -> {
                    try {
                        return json.readTree(line);
                    } catch (Exception e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    @Test
    void jsonLinesGiveOneLinePerObjectInInputOrder() throws Exception {
        Path file =
                file("all.yaml", PRIVILEGED + "---\n" + ROLE + "\n---\n\n---\nkind: ConfigMap\nmetadata: {name: m}\n");
        Run run = breakwater("audit", "--format", "jsonl", file.toString());
        assertThat(run.exitCode()).isZero();
        List<JsonNode> lines = lines(run.out());
        assertThat(lines).extracting(line -> line.get("name").asText()).containsExactly("bad", "r", "m");
        JsonNode bad = lines.getFirst();
        assertThat(bad.get("kind").asText()).isEqualTo("Pod");
        assertThat(bad.get("namespace").asText()).isEqualTo("shop");
        assertThat(bad.get("failed")).anySatisfy(finding -> {
            assertThat(finding.get("id").asText()).isEqualTo("KSV-0017");
            assertThat(finding.get("severity").asText()).isEqualTo("HIGH");
            assertThat(finding.get("message").asText()).isEqualTo("Container c of Pod bad is privileged");
        });
        assertThat(bad.get("errors")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[ROLE,ROLE]}",
                "{\"items\":[ROLE,ROLE],\"kind\":\"List\"}",
                "ROLE\nROLE\n",
                "[ROLE,ROLE]",
                "\n  ROLE ROLE",
                "kind: List\nitems:\n- ROLE\n- ROLE\n",
                "---\nROLE\n---\nROLE\n",
                "# comment\nkind: RoleList\napiVersion: rbac.authorization.k8s.io/v1\nitems: [{metadata: {name: r}}, {metadata: {name: r}}]\n"
            })
    void everyUsualFormOfInputIsRead(String input) {
        Run run = onStandardInput(input.replace("ROLE", ROLE), "--format", "jsonl", "-");
        assertThat(lines(run.out()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.get("kind").asText()).isEqualTo("Role"))
                .allSatisfy(line -> assertThat(line.get("name").asText()).isEqualTo("r"));
    }

    @Test
    void scalarsMeanWhatTheyMeanToKubectl() {
        Run run = onStandardInput("""
                kind: Pod
                metadata: {name: a, namespace: b, annotations: {built: 2026-01-02, ports: 80:443}}
                spec:
                  hostNetwork: yes
                  containers: [{name: c, image: x, securityContext: {runAsUser: 010001}}]
                """, "--format", "jsonl", "-");
        assertThat(lines(run.out()).getFirst().get("failed").findValuesAsText("id"))
                .contains("KSV-0009", "KSV-0020");
    }

    @Test
    void aFolderIsReadFileByFile() throws Exception {
        file("b.json", ROLE);
        file("a.yaml", PRIVILEGED);
        file("readme.txt", "no manifest");
        Run run = breakwater("audit", "--format", "jsonl", folder.toString());
        assertThat(lines(run.out()))
                .extracting(line -> line.get("kind").asText())
                .containsExactly("Pod", "Role");
    }

    @Test
    void theExitCodeFollowsTheSeverity() throws Exception {
        String file = file("a.yaml", PRIVILEGED).toString();
        assertThat(breakwater("audit", file).exitCode()).isZero();
        assertThat(breakwater("audit", "--fail-on", "high", file).exitCode()).isEqualTo(1);
        assertThat(breakwater("audit", "--fail-on", "critical", file).exitCode())
                .isZero();
        Run wrong = breakwater("audit", "--fail-on", "bad", file);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("critical, high, medium, low, unknown and never");
    }

    @Test
    void checksAreSwitchedOffAndRatedAnewInAnySpelling() throws Exception {
        String file = file("a.yaml", PRIVILEGED).toString();
        Run run = breakwater(
                "audit", "--format", "jsonl", "--off", "KSV017,avd-ksv-0001", "--severity", "ksv-0014=low", file);
        JsonNode failed = lines(run.out()).getFirst().get("failed");
        assertThat(failed.findValuesAsText("id")).contains("KSV-0014").doesNotContain("KSV-0017", "KSV-0001");
        assertThat(failed).anySatisfy(finding -> {
            assertThat(finding.get("id").asText()).isEqualTo("KSV-0014");
            assertThat(finding.get("severity").asText()).isEqualTo("LOW");
        });
        Run unknown = breakwater("audit", "--off", "KSV-9999", file);
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no check KSV-9999");
    }

    @Test
    void deviationsAreChosenByName() throws Exception {
        String file = file(
                        "a.yaml",
                        "kind: ClusterRoleBinding\nmetadata: {name: a}\nsubjects: [{kind: User, name: 'system:anonymous'}]\n")
                .toString();
        assertThat(breakwater("audit", "--format", "jsonl", file).out()).contains("KSV-0122");
        assertThat(breakwater("audit", "--format", "jsonl", "--deviations", "none", file)
                        .out())
                .doesNotContain("KSV-0122");
        assertThat(breakwater("audit", "--format", "jsonl", "--deviations", "rule-order,cluster-role-bindings", file)
                        .out())
                .contains("KSV-0122");
        Run wrong = breakwater("audit", "--deviations", "nonsense", file);
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err()).contains("no deviation called nonsense").contains("cluster-role-bindings");
    }

    @Test
    void unreadableInputIsNamedWithItsLine() throws Exception {
        Run yaml =
                breakwater("audit", file("a.yaml", "kind: Pod\nmetadata: [\n").toString());
        assertThat(yaml.exitCode()).isEqualTo(3);
        assertThat(yaml.err()).contains("a.yaml:3: this is no valid YAML").hasLineCount(1);
        Run json = breakwater("audit", file("b.json", "{\"kind\":\n\"Pod\",,}").toString());
        assertThat(json.exitCode()).isEqualTo(3);
        assertThat(json.err()).contains("b.json:2: this is no valid JSON").hasLineCount(1);
        Run text = breakwater("audit", file("c.yaml", "just text\n").toString());
        assertThat(text.err()).contains("c.yaml:1: expected a Kubernetes object");
        Run missing = breakwater("audit", folder.resolve("none").toString());
        assertThat(missing.exitCode()).isEqualTo(3);
        assertThat(missing.err()).contains("none: there is no such file or folder");
    }

    @Test
    void theTableGroupsByObjectTheWorstFirst() throws Exception {
        Run run = breakwater("audit", file("a.yaml", PRIVILEGED).toString());
        assertThat(run.out().lines().findFirst().orElse(""))
                .startsWith("Pod shop/bad  ")
                .endsWith("a.yaml:1");
        assertThat(run.out().indexOf("HIGH")).isLessThan(run.out().indexOf("MEDIUM"));
        assertThat(run.out()).contains("1 object audited").doesNotContain("\u001B");
        assertThat(breakwater("audit", "--color", "always", folder.toString()).out())
                .contains("\u001B[31m");
    }

    @Test
    void sarifNamesRuleFileAndLine() throws Exception {
        Run run = breakwater(
                "audit",
                "--format",
                "sarif",
                file("a.yaml", ROLE + "\n---\n" + PRIVILEGED).toString());
        JsonNode sarif = new ObjectMapper().readTree(run.out());
        assertThat(sarif.get("version").asText()).isEqualTo("2.1.0");
        JsonNode rules = sarif.at("/runs/0/tool/driver/rules");
        assertThat(rules)
                .hasSameSizeAs(CheckSet.builtIn(CheckSet.Options.defaults()).checks());
        assertThat(sarif.at("/runs/0/results")).isNotEmpty().allSatisfy(result -> {
            assertThat(rules.get(result.get("ruleIndex").asInt()).get("id")).isEqualTo(result.get("ruleId"));
            assertThat(result.at("/locations/0/physicalLocation/region/startLine")
                            .asInt())
                    .isIn(1, 3);
        });
    }

    @Test
    void junitHasACasePerCheck() throws Exception {
        Run run = breakwater(
                "audit", "--format", "junit", file("a.yaml", PRIVILEGED).toString());
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(run.out().getBytes(StandardCharsets.UTF_8)));
        var suite =
                (org.w3c.dom.Element) document.getElementsByTagName("testsuite").item(0);
        assertThat(document.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")));
        assertThat(document.getElementsByTagName("failure").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("failures")))
                .isPositive();
    }

    @Test
    void ownChecksRunBesideTheBuiltInOnes() throws Exception {
        Path check = file("team.yaml", """
                id: TEAM-1
                severity: LOW
                title: t
                description: d
                remediation: r
                match: {kinds: [Pod]}
                fail: 'true'
                message: '"always"'
                tests:
                - object: {kind: Pod}
                  findings: 1
                """);
        Path pod = file("pod.json", "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}");
        assertThat(breakwater("audit", "--format", "jsonl", "--checks", check.toString(), pod.toString())
                        .out())
                .contains("TEAM-1")
                .contains("KSV-0110");
        assertThat(breakwater("check", "test", check.toString()).out()).contains("All 1 examples hold.");
        Path bundle = check.resolveSibling("bundle");
        Path deep = Files.createDirectories(bundle.resolve("checks"));
        Files.copy(check, deep.resolve("team.yaml"));
        assertThat(breakwater("check", "test", bundle.toString()).out()).contains("All 1 examples hold.");
        assertThat(breakwater("audit", "--format", "jsonl", "--checks", bundle.toString(), pod.toString())
                        .out())
                .contains("TEAM-1");
        assertThat(breakwater("check", "test", deep.resolve("missing").toString())
                        .err())
                .contains("There is no file or folder");
        Path taken = file("taken.yaml", Files.readString(check).replace("TEAM-1", "KSV-0017"));
        assertThat(breakwater("audit", "--checks", taken.toString(), pod.toString())
                        .err())
                .contains("a built-in check has this id");
        Path broken = file("broken.yaml", Files.readString(check).replace("'true'", "'object.('"));
        Run run = breakwater("check", "test", broken.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("fail is no valid expression");
        Path wrong = file("wrong.yaml", Files.readString(check).replace("findings: 1", "findings: 0"));
        Run failed = breakwater("check", "test", wrong.toString());
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("TEAM-1, example 1: expected 0 findings, but there is 1 finding: always");
    }
}
