package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.controller.checks.expression.Expressions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user's file of checks may not take of the controller. */
class CheckFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: A\nparams: &p {p: *p}",
                "id: A\nparams: &p [*p]",
                "a: &a {x: 1}\nb: *a",
                "a: &a {x: 1}\nb: {<<: *a}",
            })
    void noPartOfAFileIsNamedTwice(String yaml) {
        assertThatThrownBy(() -> CheckFile.parse("team.yaml", yaml, false))
                .isInstanceOf(InvalidCheck.class)
                .hasMessageStartingWith("team.yaml: this is no valid YAML")
                .hasMessageContaining("aliases");
    }

    /** Found by the fuzzer: errors of the library that it does not call errors of YAML. */
    @ParameterizedTest
    @ValueSource(strings = {"!!int k", "!!%00", "!!int {a: b}"})
    void aWrongTagIsAnInvalidFileAndNothingElse(String yaml) {
        assertThatThrownBy(() -> CheckFile.parse("team.yaml", yaml, false))
                .isInstanceOf(InvalidCheck.class)
                .hasMessageStartingWith("team.yaml: this is no valid YAML");
    }

    @Test
    void aKeyStandsOnce() {
        assertThatThrownBy(() -> CheckFile.parse("team.yaml", "id: A-1\nseverity: LOW\nseverity: HIGH", false))
                .isInstanceOf(InvalidCheck.class)
                .hasMessageStartingWith("team.yaml: this is no valid YAML")
                .hasMessageContaining("duplicate key severity");
    }

    @Test
    void aTextMayBeNamedTwice() throws Exception {
        CheckSource source =
                CheckFile.parse("team.yaml", "id: &id A-1\ntitle: *id", false).getFirst();
        assertThat(source.id()).isEqualTo("A-1");
    }

    @Test
    void aFileThatIsTooLongIsRefusedUnread() {
        assertThatThrownBy(() -> CheckFile.parse("team.yaml", "[" + "a,".repeat(CheckFile.LONGEST / 2) + "]", false))
                .isInstanceOf(InvalidCheck.class)
                .hasMessageContaining("131074 characters; 131072 are allowed");
    }

    @Test
    void whatTemplatesAndParametersMakeOfAFileIsBounded() {
        String copies = "templates: {t: {tests: [" + "a,".repeat(30_000) + "]}}\nchecks: ["
                + "{template: t},".repeat(4_000) + "]";
        String fillings = "templates: {t: {tests: ['" + "${x}".repeat(15_000) + "']}}\n"
                + "checks: [{template: t, params: {x: " + "a".repeat(60_000) + "}}]";
        for (String yaml : List.of(copies, fillings)) {
            assertThatThrownBy(() -> CheckFile.parse("team.yaml", yaml, false))
                    .isInstanceOf(InvalidCheck.class)
                    .hasMessageStartingWith("team.yaml: the files of checks have more than 1048576 characters in all");
        }
    }

    @Test
    void allFilesTogetherAreBoundedAndTheFirstAreKept() throws Exception {
        Map<String, String> files = new LinkedHashMap<>();
        for (int i = 0; i < 12; i++) {
            files.put(i + ".yaml", "id: A-" + i + "\n#" + "x".repeat(120_000));
        }
        OwnChecks own = OwnChecks.beside(
                CheckSet.compile(List.of(), List.of(), CheckSet.Options.defaults(), Expressions.trusted()),
                files,
                CheckSet.Options.defaults());
        assertThat(own.errors()).extracting(BrokenCheck::file).hasSize(12).contains("9.yaml");
        assertThat(own.errors().stream().filter(error -> error.message().contains("characters in all")))
                .extracting(BrokenCheck::file)
                .containsExactly("8.yaml", "9.yaml", "10.yaml", "11.yaml");
    }
}
