package dev.breakwater.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    private static final YamlReader OURS = YamlReader.of(Reading.YAML_1_2);
    private static final YamlReader KUBERNETES = YamlReader.of(Reading.KUBERNETES);

    @ParameterizedTest
    @ValueSource(
            strings = {"on", "off", "yes", "no", "y", "12:30", "2026-11-28", "1_000", "0b11", "0x", "1.2.3", "+.", "<"})
    void whatYaml12DoesNotTakeForAnythingElseIsAText(String text) {
        assertThat(OURS.value("f", "a: " + text)).isEqualTo(Map.of("a", text));
    }

    @Test
    void numbersAndTruthsAreThoseOfTheCoreSchema() {
        assertThat(
                        OURS.value(
                                "f",
                                "[010, 0o10, 0xFF, -3, 1.5, 1e3, true, FALSE, ~, '1', !!str 2, 99999999999, 123456789012345678901234567890]"))
                .isEqualTo(Arrays.asList(
                        10,
                        8,
                        255,
                        -3,
                        1.5,
                        1000.0,
                        true,
                        false,
                        null,
                        "1",
                        "2",
                        99999999999L,
                        new BigInteger("123456789012345678901234567890")));
    }

    @Test
    void objectsOfKubernetesAreReadAsKubectlReadsThem() {
        assertThat(KUBERNETES.value("f", "[on, No, 0644, 0b11, 1_000, 80:443, 2026-11-28, .5, ___]"))
                .isEqualTo(List.of(true, false, 420, 3, 1000, "80:443", "2026-11-28", .5, "___"));
    }

    @Test
    void aKeyIsTheTextThatStandsThere() {
        assertThat(OURS.value("f", "{off: 1, 010: 2, 1.10: 3, 'a b': 4}"))
                .isEqualTo(Map.of("off", 1, "010", 2, "1.10", 3, "a b", 4));
    }

    @Test
    void theTreeKeepsTextsAndLines() {
        assertThat(OURS.tree("f", "a: 1.10\nb:\n  c: 010\n"))
                .isEqualTo(new YamlTree.Mapping(
                        Map.of(
                                "a", new YamlTree.Entry(new YamlTree.Scalar("1.10", true, 1), 1),
                                "b",
                                        new YamlTree.Entry(
                                                new YamlTree.Mapping(
                                                        Map.of(
                                                                "c",
                                                                new YamlTree.Entry(
                                                                        new YamlTree.Scalar("010", true, 3), 3)),
                                                        3),
                                                2)),
                        1));
    }

    @Test
    void aKeyThatStandsTwiceIsRefusedWithFileAndBothLines() {
        refused("a: 1\nb: 2\na: 3\n", "f:3 ", "duplicate key a", "line 1");
    }

    @Test
    void whatIsNoYamlIsNamedByFileAndLineWithoutItsText() {
        assertThatThrownBy(() -> OURS.value("f", "token: secret\nx: [\n"))
                .isInstanceOf(UnreadableYaml.class)
                .hasMessageContaining("f:3 ")
                .hasMessageNotContaining("secret");
        refused("a: 1\n---\nb: 2\n", "f:3 ", "more than one document");
        refused("? [a]\n: b\n", "f:1 ", "a key must be a text");
        refused("a: !!java/object x\n", "f:1 ", "tag");
        refused("a: !!set {b}\n", "f:1 ", "tag");
        refused("a: !!int k\n", "f:1 ", "tag");
        refused("a: !!int {b: c}\n", "f:1 ", "tag");
        refused("a: !!map [b]\n", "f:1 ", "tag");
        refused("!!%00", "f:1 ");
        refused("<<: x\n", "f:1 ", "merge key");
    }

    @Test
    void aTextThatStandsForMuchMoreThanItIsIsRefused() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 16; i++) {
            text.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        refused(text.toString(), "stands for too much");
        refused("a: &a [*a]\n", "stands for too much");
        assertThatThrownBy(() -> OURS.withoutAliases().value("f", "a: &a [x]\nb: *a\n"))
                .isInstanceOf(UnreadableYaml.class);
    }

    @Test
    void mergeKeysAndSeveralDocumentsAreRead() {
        assertThat(KUBERNETES.value("f", "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n"))
                .isEqualTo(Map.of("a", Map.of("x", 1, "y", 2), "b", Map.of("x", 1, "y", 3)));
        assertThat(KUBERNETES.values("f", "a: 1\n---\n---\nb: 2\n")).isEqualTo(List.of(Map.of("a", 1), Map.of("b", 2)));
        assertThat(OURS.value("f", "# nothing\n")).isNull();
    }

    private static void refused(String text, String... words) {
        assertThatThrownBy(() -> OURS.value("f", text))
                .isInstanceOf(UnreadableYaml.class)
                .hasMessageContainingAll(words);
    }
}
