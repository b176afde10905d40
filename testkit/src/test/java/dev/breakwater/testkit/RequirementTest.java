package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class RequirementTest {
    @Test
    void whatIsMissingSkipsTheTestWithTheReason() {
        assertThatThrownBy(() -> Requirement.NODE.missing("a node needs root", ""))
                .isInstanceOf(TestAbortedException.class)
                .hasMessage("needs node: a node needs root");
    }

    @Test
    void whatIsMissingAndRequiredFailsTheTest() {
        assertThatThrownBy(() -> Requirement.POSTGRES.missing("none is installed", "cluster, postgres"))
                .isInstanceOf(AssertionError.class)
                .hasMessage("postgres is required by BREAKWATER_REQUIRE, but: none is installed");
    }

    @Test
    void requiringOneThingDoesNotRequireAnother() {
        assertThatThrownBy(() -> Requirement.NODE.missing("a node needs root", "postgres,cluster"))
                .isInstanceOf(TestAbortedException.class);
    }
}
