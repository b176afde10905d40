package dev.breakwater.controller.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.controller.checks.expression.CheckedExpressions;
import dev.breakwater.controller.checks.expression.Expressions;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a start reads instead of the checks' YAML, and what it leaves for later. */
class PackedChecksTest {
    @Test
    void thePackedChecksAreThoseOfTheYaml() throws Exception {
        assertThat(PackedChecks.ofBuild()).contains(PackedChecks.ofFiles());
    }

    @Test
    void thePackedExpressionsAreThoseThatTheCompilerMakes() throws Exception {
        try (InputStream in =
                Objects.requireNonNull(PackedChecksTest.class.getResourceAsStream(CheckedExpressions.RESOURCE))) {
            Map<String, byte[]> packed = CheckedExpressions.read(in);
            Map<String, byte[]> made = PackedChecks.expressions();
            assertThat(packed.keySet()).isEqualTo(made.keySet());
            made.forEach((text, bytes) -> assertThat(packed.get(text)).as(text).isEqualTo(bytes));
        }
    }

    @Test
    void anObjectCompilesTheChecksOfItsKindAndNoOthers() throws Exception {
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.defaults());
        assertThat(checks.compiled()).isEmpty();

        checks.audit(Map.of("apiVersion", "v1", "kind", "ConfigMap", "metadata", Map.of("name", "settings")));

        List<String> ofConfigMaps = checks.checks().stream()
                .filter(check ->
                        check.kinds().contains("ConfigMap") || check.kinds().contains("*"))
                .map(CheckDefinition::id)
                .toList();
        assertThat(ofConfigMaps).isNotEmpty().hasSizeLessThan(checks.checks().size() / 2);
        assertThat(checks.compiled()).isNotEmpty().isSubsetOf(ofConfigMaps);
    }

    @Test
    void aCheckThatSomebodyWroteIsToldToBeBrokenWhenItIsReadNotWhenItsKindIsMet() throws Exception {
        CheckSource broken = new CheckSource(
                "own.yaml",
                Map.of(
                        "id", "ORG-1",
                        "title", "Broken",
                        "severity", "LOW",
                        "description", "Broken.",
                        "remediation", "Mend it.",
                        "match", Map.of("kinds", List.of("Secret")),
                        "fail", "object.",
                        "message", "'broken'"),
                false);
        assertThatThrownBy(() -> CheckSet.compile(
                        List.of(broken), List.of(), CheckSet.Options.defaults(), Expressions.bounded()))
                .isInstanceOf(InvalidCheck.class)
                .hasMessageContaining("ORG-1: fail is no valid expression");
    }
}
