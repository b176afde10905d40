package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class BuiltInChecksTest {
    private record CatalogueRow(String id, List<String> otherIds, String severity, String status) {}

    @TestFactory
    List<DynamicTest> everyExampleInTheCheckFilesHolds() throws Exception {
        return CheckExamples.ofBuiltIns().stream()
                .map(outcome -> DynamicTest.dynamicTest(
                        outcome.checkId() + " example " + outcome.number(),
                        () -> assertThat(outcome.asExpected())
                                .as("expected %s, but was %s", outcome.expected(), outcome.actual())
                                .isTrue()))
                .toList();
    }

    @Test
    void everyCheckShowsAPassingAndAFailingObject() throws Exception {
        for (CheckSource source : BuiltInChecks.sources()) {
            CheckDefinition check = source.definition(Set.of());
            assertThat(check.examples()).as(check.id()).anyMatch(e -> e.findings() > 0);
            assertThat(check.examples()).as(check.id()).anyMatch(e -> e.findings() == 0 && !e.error());
        }
    }

    @Test
    void everyLiveCheckOfTheCatalogueIsHereWithItsSeverity() throws Exception {
        Map<String, CheckDefinition> checks = CheckSet.builtIn(CheckSet.Options.defaults()).checks().stream()
                .collect(Collectors.toMap(CheckDefinition::id, check -> check));
        Set<String> notRun = BuiltInChecks.notRun().stream()
                .map(BuiltInChecks.NotRun::id)
                .collect(Collectors.toCollection(TreeSet::new));
        int live = 0;
        for (CatalogueRow row : catalogue()) {
            if (row.status().equals("deprecated") || row.status().startsWith("active (cloud")) {
                assertThat(notRun).contains(row.id());
                assertThat(checks).doesNotContainKey(row.id());
            } else {
                live++;
                assertThat(checks).containsKey(row.id());
                assertThat(Objects.requireNonNull(checks.get(row.id()))
                                .severity()
                                .name())
                        .as(row.id())
                        .isEqualTo(row.severity());
            }
        }
        assertThat(live).isEqualTo(165);
        assertThat(checks.keySet().stream().filter(id -> !CheckId.isNumbered(id)))
                .containsExactlyInAnyOrder("BW-0001", "BW-0002");
        assertThat(checks).hasSize(live + 2);
    }

    @Test
    void everySpellingOfAnIdIsUnderstood() throws Exception {
        CheckId ids = CheckSet.builtIn(CheckSet.Options.defaults()).ids();
        for (CatalogueRow row : catalogue()) {
            if (row.status().equals("active") || row.status().equals("framework-only")) {
                assertThat(ids.resolve(row.id())).contains(row.id());
                for (String other : row.otherIds()) {
                    assertThat(ids.resolve(other)).as(other).contains(row.id());
                    assertThat(ids.resolve(other.toLowerCase(java.util.Locale.ROOT)))
                            .contains(row.id());
                }
            }
        }
        assertThat(ids.resolve("KSV012")).contains("KSV-0012");
        assertThat(ids.resolve("KSV0012")).contains("KCV-0012");
        assertThat(ids.resolve("KSV1010")).contains("KSV-01010");
        assertThat(ids.resolve("KSV-9999")).isEmpty();
    }

    @Test
    void everyDeviationIsDeclaredAndUsed() throws Exception {
        Set<String> used = CheckSet.builtIn(CheckSet.Options.defaults()).checks().stream()
                .flatMap(check -> check.deviations().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        used.addAll(CheckSet.OF_ALL_CHECKS);
        assertThat(new TreeSet<>(BuiltInChecks.deviationNames())).isEqualTo(used);
        assertThat(BuiltInChecks.deviationNames()).allMatch(name -> name.matches("[a-z]+(-[a-z]+)+"));
    }

    private static List<CatalogueRow> catalogue() throws IOException {
        List<CatalogueRow> rows = new ArrayList<>();
        try (var in = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(BuiltInChecksTest.class.getResourceAsStream("/checks/catalogue.tsv")),
                StandardCharsets.UTF_8))) {
            in.readLine();
            for (String line; (line = in.readLine()) != null; ) {
                String[] columns = line.split("\t", -1);
                rows.add(new CatalogueRow(columns[0], List.of(columns[1].split(", ")), columns[2], columns[3]));
            }
        }
        return rows;
    }
}
