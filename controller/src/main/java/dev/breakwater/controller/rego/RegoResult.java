package dev.breakwater.controller.rego;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.checks.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads what {@code run.sh} made: documents of Trivy's, and what was broken, one after the other. Never a document as a whole: one of some megabytes
 * would be many times that in memory; but object by object.
 */
final class RegoResult {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int WORDS_LIMIT = 400;
    /** Fields of a document that tells of a problem. */
    private static final Set<String> OF_PROBLEMS = Set.of("broken", "undecided", "objects", "words");

    private final RegoBatch batch;
    private final Map<String, Map<CheckDefinition, Set<String>>> byObject = new LinkedHashMap<>();
    private final Map<String, String> broken = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> undecided = new LinkedHashMap<>();

    /** What of a finding is the policy's: equal messages of one are one finding. */
    private record Rule(String id, String title, Severity severity, String description, String remediation) {}

    /** Each rule once: its texts come with every finding. */
    private final Map<Rule, CheckDefinition> checks = new HashMap<>();

    private RegoResult(RegoBatch batch) {
        this.batch = batch;
        batch.objects().values().forEach(object -> byObject.put(object, new LinkedHashMap<>()));
    }

    /** @throws IOException also for what is no JSON */
    static RegoVerdicts read(InputStream documents, RegoBatch batch) throws IOException {
        RegoResult result = new RegoResult(batch);
        try (JsonParser parser = MAPPER.createParser(documents)) {
            while (parser.nextToken() != null) {
                result.takeDocument(parser);
            }
        }
        Map<String, List<CheckResult>> results = new HashMap<>();
        result.byObject.forEach((object, rules) -> {
            List<CheckResult> verdicts = new ArrayList<>();
            rules.forEach((check, messages) -> verdicts.add(new CheckResult(
                    check, messages.isEmpty() ? new Verdict.Passed() : new Verdict.Failed(List.copyOf(messages)))));
            results.put(object, List.copyOf(verdicts));
        });
        return new RegoVerdicts(results, result.broken, result.undecided);
    }

    private void takeDocument(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new IOException(
                    "the result of the policies has " + parser.currentToken() + " in the place of a document");
        }
        ObjectNode problem = MAPPER.createObjectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (field.equals("Results") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    takeResult(MAPPER.readTree(parser));
                }
            } else if (field.equals("Results") && value != JsonToken.VALUE_NULL) {
                // Passed over, it would look as if nothing had been found.
                throw new IOException("the result of the policies has Results that is no array");
            } else if (OF_PROBLEMS.contains(field)) {
                problem.set(field, MAPPER.<JsonNode>readTree(parser));
            } else {
                parser.skipChildren();
            }
        }
        takeProblem(problem);
    }

    private void takeProblem(JsonNode problem) {
        if (problem.has("broken")) {
            broken.put(batch.policyOf(problem.path("broken").asText()), words(problem));
        } else if (problem.has("undecided")) {
            Map<String, String> reasons = undecided.computeIfAbsent(
                    batch.policyOf(problem.path("undecided").asText()), policy -> new LinkedHashMap<>());
            String words = words(problem);
            for (JsonNode file : problem.path("objects")) {
                String object = batch.objects().get(file.asText());
                if (object != null) {
                    reasons.put(object, words);
                }
            }
        }
    }

    /** What was found in one object. */
    private void takeResult(JsonNode result) throws IOException {
        if (!result.isObject()) {
            throw new IOException("the result of the policies has an entry of Results that is no object");
        }
        String file = result.path("Target").asText();
        String object = batch.objects().get(file.substring(file.lastIndexOf('/') + 1));
        if (object != null) {
            JsonNode findings = result.path("Misconfigurations");
            if (!findings.isArray() && !findings.isNull() && !findings.isMissingNode()) {
                throw new IOException(
                        "the result of the policies has Misconfigurations of " + object + " that is no array");
            }
            findings.forEach(finding -> take(object, finding));
        }
    }

    private void take(String object, JsonNode finding) {
        String id = text(finding, "ID");
        Rule rule = new Rule(
                id.isEmpty() || id.equals("N/A") ? text(finding, "Namespace") : id,
                text(finding, "Title"),
                Severity.parse(text(finding, "Severity")).orElse(Severity.UNKNOWN),
                text(finding, "Description"),
                text(finding, "Resolution"));
        CheckDefinition check = checks.computeIfAbsent(
                rule,
                any -> CheckDefinition.ofPolicy(
                        rule.id(), rule.title(), rule.severity(), rule.description(), rule.remediation()));
        Set<String> messages = byObject.computeIfAbsent(object, any -> new LinkedHashMap<>())
                .computeIfAbsent(check, any -> new LinkedHashSet<>());
        if (finding.path("Status").asText().equals("FAIL")) {
            messages.add(text(finding, "Message"));
        }
    }

    /** Empty where it is missing or null, of which {@code asText} would make the word null. */
    private static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isNull() ? "" : value.asText();
    }

    /** Trivy's last words without what led to them: the file, the line, what is wrong. */
    private String words(JsonNode document) {
        String text =
                new String(Base64.getDecoder().decode(document.path("words").asText()), StandardCharsets.UTF_8);
        int loading = text.lastIndexOf("load checks: ");
        int applying = text.lastIndexOf("err=\"");
        if (loading >= 0) {
            text = text.substring(loading + "load checks: ".length());
        } else if (applying >= 0) {
            text = text.substring(applying + "err=\"".length())
                    .lines()
                    .findFirst()
                    .orElse("");
            text = text.endsWith("\"") ? text.substring(0, text.length() - 1) : text;
        }
        text = text.replaceAll("\\S*/checks/", "")
                .replaceAll("\\s+", " ")
                .replaceFirst("^.*?\\d+ errors? occurred: ", "")
                .strip();
        text = batch.inUsersWords(text);
        return text.length() <= WORDS_LIMIT ? text : text.substring(0, WORDS_LIMIT) + "...";
    }
}
