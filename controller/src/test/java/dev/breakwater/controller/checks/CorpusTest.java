package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CorpusTest {
    @Test
    void withoutDeviationsEveryVerdictIsTheOriginals() throws Exception {
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.of(new DeviationChoice.None()));
        Map<String, int[]> counts = new TreeMap<>();
        List<String> differences = new ArrayList<>();
        for (Corpus.Entry entry : Corpus.load()) {
            Map<String, Integer> actual = Corpus.fails(checks, entry.object());
            Set<String> ids = new TreeSet<>(entry.fails().keySet());
            ids.addAll(actual.keySet());
            for (String id : ids) {
                int wanted = entry.fails().getOrDefault(id, 0);
                int got = actual.getOrDefault(id, 0);
                counts.computeIfAbsent(id, ignored -> new int[2])[wanted == got ? 0 : 1]++;
                if (wanted != got) {
                    differences.add(id + ": wanted " + wanted + ", got " + got + " on " + entry.object());
                }
            }
        }
        System.out.println(
                "Corpus of 1,000 objects without deviations, failing objects that agree / differ per check:");
        counts.forEach((id, count) -> System.out.printf("  %-10s %4d / %d%n", id, count[0], count[1]));
        System.out.println("Differences: " + differences.size());
        assertThat(differences).isEmpty();
    }

    /** Each deviation alone changes verdicts of no check but those that carry its name; all together change nothing else. */
    @Test
    void eachDifferenceBelongsToANamedDeviation() throws Exception {
        CheckSet original = CheckSet.builtIn(CheckSet.Options.of(new DeviationChoice.None()));
        Map<String, Set<String>> carriers = new TreeMap<>();
        original.checks()
                .forEach(check -> check.deviations()
                        .forEach(name -> carriers.computeIfAbsent(name, ignored -> new TreeSet<>())
                                .add(check.id())));
        List<Corpus.Entry> corpus = Corpus.load();
        Set<String> explained = new HashSet<>();
        System.out.println("Corpus of 1,000 objects, verdicts changed by each deviation alone:");
        for (String name : BuiltInChecks.deviationNames()) {
            CheckSet alone = CheckSet.builtIn(CheckSet.Options.of(new DeviationChoice.Only(List.of(name))));
            int changed = 0;
            for (int i = 0; i < corpus.size(); i++) {
                for (String id : differing(corpus.get(i), alone)) {
                    changed++;
                    explained.add(i + id);
                    if (!CheckSet.OF_ALL_CHECKS.contains(name)) {
                        assertThat(carriers.getOrDefault(name, Set.of()))
                                .as(name)
                                .contains(id);
                    }
                }
            }
            System.out.printf("  %-28s %4d%n", name, changed);
        }
        CheckSet all = CheckSet.builtIn(CheckSet.Options.defaults());
        int changed = 0;
        for (int i = 0; i < corpus.size(); i++) {
            for (String id : differing(corpus.get(i), all)) {
                changed++;
                boolean carried = carriers.values().stream().anyMatch(ids -> ids.contains(id));
                assertThat(explained.contains(i + id) || carried).as(id).isTrue();
            }
        }
        System.out.printf("  %-28s %4d%n", "all", changed);
    }

    private static Set<String> differing(Corpus.Entry entry, CheckSet checks) {
        Map<String, Integer> actual = Corpus.fails(checks, entry.object());
        Set<String> ids = new TreeSet<>(entry.fails().keySet());
        ids.addAll(actual.keySet());
        ids.removeIf(id -> entry.fails().getOrDefault(id, 0).equals(actual.getOrDefault(id, 0)));
        return ids;
    }
}
