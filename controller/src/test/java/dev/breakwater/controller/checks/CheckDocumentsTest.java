package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages for users say what the check files say. With {@code -Dbreakwater.writeDocuments=true} the generated parts are written anew. */
class CheckDocumentsTest {
    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void thePageOfChecksIsGeneratedFromTheCheckFiles() throws Exception {
        StringBuilder page = new StringBuilder();
        Map<String, List<CheckDefinition>> families = new LinkedHashMap<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            families.computeIfAbsent(source.file(), ignored -> new ArrayList<>())
                    .add(source.definition(source.deviations()));
        }
        families.forEach((file, checks) -> {
            page.append("\n### ").append(heading(file)).append("\n\n");
            page.append(
                    "| id | severity | applies to | what it looks at | corrections |\n| --- | --- | --- | --- | --- |\n");
            for (CheckDefinition check : checks) {
                page.append("| ")
                        .append(check.id())
                        .append(" | ")
                        .append(check.severity())
                        .append(" | ")
                        .append(kinds(check.targets()))
                        .append(" | **")
                        .append(cell(check.title()))
                        .append(".** ")
                        .append(cell(check.description()))
                        .append(" | ")
                        .append(String.join(", ", check.deviations()))
                        .append(" |\n");
            }
        });
        page.append("\n### Not run\n\n| id | what it would look at | why not |\n| --- | --- | --- |\n");
        for (BuiltInChecks.NotRun entry : BuiltInChecks.notRun()) {
            page.append("| ")
                    .append(entry.id())
                    .append(" | ")
                    .append(cell(entry.title()))
                    .append(" | ")
                    .append(cell(entry.because()))
                    .append(" |\n");
        }
        isUpToDate(DOCS.resolve("checks.md"), "checks", page.append('\n').toString());
    }

    @Test
    void everyDeviationIsListedWithItsReason() throws Exception {
        Map<String, List<String>> carriers = new TreeMap<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            source.deviations()
                    .forEach(name -> carriers.computeIfAbsent(name, ignored -> new ArrayList<>())
                            .add(source.id()));
        }
        StringBuilder table = new StringBuilder("\n| name | checks | why |\n| --- | --- | --- |\n");
        BuiltInChecks.deviations()
                .forEach((name, reason) -> table.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(String.join(", ", carriers.getOrDefault(name, List.of("all"))))
                        .append(" | ")
                        .append(cell(reason))
                        .append(" |\n"));
        isUpToDate(
                DOCS.resolve("differences.md"), "deviations", table.append('\n').toString());
    }

    @Test
    void theWorkedExamplesHold() throws Exception {
        Matcher block = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("checks.md")));
        int examples = 0;
        while (block.find()) {
            for (CheckExamples.Outcome outcome : CheckExamples.ofFile("checks.md", block.group(1))) {
                examples++;
                assertThat(outcome.asExpected()).as(outcome.toString()).isTrue();
            }
        }
        assertThat(examples).isEqualTo(6);
    }

    private static void isUpToDate(Path page, String part, String wanted) throws IOException {
        String text = Files.readString(page);
        String start = "<!-- generated: " + part + " -->\n";
        int from = text.indexOf(start) + start.length();
        int to = text.indexOf("<!-- end -->", from);
        if (Boolean.getBoolean("breakwater.writeDocuments")) {
            Files.writeString(page, text.substring(0, from) + wanted + text.substring(to));
        } else {
            assertThat(text.substring(from, to))
                    .as("%s is out of date; it says itself how to write it anew", page)
                    .isEqualTo(wanted);
        }
    }

    private static String kinds(List<String> kinds) {
        if (kinds.equals(List.of("*"))) {
            return "any kind";
        }
        return kinds.containsAll(CheckDefinition.WORKLOADS) ? "workloads" : String.join(", ", kinds);
    }

    private static String heading(String file) {
        String words = file.replace(".yaml", "").replace('-', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\s+", " ");
    }
}
