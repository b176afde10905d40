package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
                .hasMessageContaining("262146 characters; 262144 are allowed");
    }
}
