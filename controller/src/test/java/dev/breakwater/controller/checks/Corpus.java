package dev.breakwater.controller.checks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/** A thousand generated objects with the number of findings that the original's engine reports per check. */
final class Corpus {
    static final int ERROR = -1;

    /** @param fails findings by check id; {@link #ERROR} where the original's evaluation ends in an error */
    record Entry(Map<String, Object> object, Map<String, Integer> fails) {}

    private Corpus() {}

    static List<Entry> load() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Entry> entries = new ArrayList<>();
        try (var in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(
                        Objects.requireNonNull(Corpus.class.getResourceAsStream("/checks/corpus.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line; (line = in.readLine()) != null; ) {
                Map<String, Object> entry = json.readValue(line, new TypeReference<>() {});
                Map<String, Integer> fails = new java.util.TreeMap<>();
                ((Map<?, ?>) Objects.requireNonNull(entry.get("fails")))
                        .forEach((id, count) ->
                                fails.put(id.toString(), count instanceof Number n ? n.intValue() : ERROR));
                entries.add(new Entry(json.convertValue(entry.get("object"), new TypeReference<>() {}), fails));
            }
        }
        return entries;
    }

    static Map<String, Integer> fails(CheckSet checks, Map<String, Object> object) {
        Map<String, Integer> fails = new java.util.TreeMap<>();
        for (CheckResult result : checks.audit(object)) {
            switch (result.verdict()) {
                case Verdict.Passed ignored -> {}
                case Verdict.Failed failed ->
                    fails.put(result.check().id(), failed.messages().size());
                case Verdict.Undecided ignored -> fails.put(result.check().id(), ERROR);
            }
        }
        return fails;
    }
}
