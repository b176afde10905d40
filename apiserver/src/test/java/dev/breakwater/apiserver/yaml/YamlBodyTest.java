package dev.breakwater.apiserver.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.status.StatusException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlBodyTest {
    private static String json(String yaml) throws IOException {
        return json(yaml, Allowance.UNLIMITED);
    }

    private static String json(String yaml, Allowance memory) throws IOException {
        byte[] utf8 = yaml.getBytes(StandardCharsets.UTF_8);
        return YamlBody.toJson(new ByteArrayInputStream(utf8), utf8.length, memory)
                .toString();
    }

    /** Right column: what {@code sigs.k8s.io/yaml} makes of the left one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text | \"text\"",
                "\"7\" | \"7\"",
                "'on' | \"on\"",
                "on | true",
                "Yes | true",
                "n | false",
                "~ | null",
                "NULL | null",
                "7 | 7",
                "-12 | -12",
                "+3 | 3",
                "1_000 | 1000",
                "0x1F | 31",
                "0o17 | 15",
                "017 | 15",
                "0b101 | 5",
                "08 | 8",
                "1:30 | \"1:30\"",
                "190:20:30 | \"190:20:30\"",
                "2026-01-02 | \"2026-01-02\"",
                "2026-01-02T03:04:05Z | \"2026-01-02T03:04:05Z\"",
                "1.50 | 1.5",
                ".5 | 0.5",
                "1. | 1",
                "1e3 | 1000",
                "1e999 | \"1e999\"",
                "1.2.3 | \"1.2.3\"",
                "-x | \"-x\"",
                "99999999999999999999 | 100000000000000000000",
                "18446744073709551615 | 18446744073709552000",
                "!!str 7 | \"7\"",
                "!!int \"7\" | 7",
                "! 7 | \"7\"",
                "{a: 1, 2: b, true: c} | {\"a\":1,\"2\":\"b\",\"true\":\"c\"}",
                "[a, [b], {}] | [\"a\",[\"b\"],{}]",
                "&x a | \"a\"",
            })
    void scalarsMeanWhatTheyMeanToKubernetes(String yaml, String json) throws IOException {
        assertThat(json(yaml)).isEqualTo(json);
    }

    @Test
    void blockScalarsCommentsAndAByteOrderMarkAreRead() throws IOException {
        assertThat(json("\ufeff# first\na: |\n  x\n  y\nb: >-\n  x\n  y # no comment\nc: \"\\u00e9\\n\"\n"))
                .isEqualTo("{\"a\":\"x\\ny\\n\",\"b\":\"x y # no comment\",\"c\":\"\u00e9\\n\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a: &a [x]\nb: *a",
                "a: &a [*a]",
                "&a a: b\n*a : c",
                "a: &a {b: 1}\nc: {<<: *a}",
                "{<<: {a: b}}",
                "%TAG !e! tag:example.com,2000:\n---\n!e!x a",
                "!!binary aGVsbG8=",
                "!custom {a: b}",
                "!!int x",
                ".inf",
                "-.INF",
                ".nan",
                "? [a]\n: b",
                "~: b",
                "a: b\n---\nc: d",
                "a: [",
                "a: b: c",
                "\t- a",
                "\"\\x\"",
            })
    void whatJsonDoesNotHaveOrMakesMuchOutOfLittleIsAnIllegalArgument(String yaml) {
        assertThatThrownBy(() -> json(yaml)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "- ", "{a: ", "[{a: "})
    void nestingBeyondTheBoundIsRefused(String deeper) {
        assertThatThrownBy(() -> json(deeper.repeat(2_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max depth");
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        byte[] utf16 = "a: b".getBytes(StandardCharsets.UTF_16);
        assertThatThrownBy(() -> YamlBody.toJson(new ByteArrayInputStream(utf16), -1, Allowance.UNLIMITED))
                .hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[],", "a,", "{},", "~,", "1,"})
    void manySmallPartsAre413(String part) {
        String yaml = "[" + part.repeat(500_000) + "]";
        assertThatThrownBy(() -> json(yaml))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(413));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "# ", "\"x"})
    void aVeryLongScalarOrCommentIs413(String begin) {
        String yaml = begin + "x".repeat(600_000);
        assertThatThrownBy(() -> json(yaml))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(413));
    }

    @Test
    void textThatGrowsIsPaidForBeforeItIsThere() {
        ByteBudget budget = new ByteBudget(6 << 20, Duration.ofMillis(5));
        String yaml = "[" + "0x7fffffffffffffff,\"\\0\\0\\0\\0\\0\\0\\0\\0\\0\",".repeat(30_000) + "]";
        try (ByteBudget.Share share = budget.open()) {
            assertThatThrownBy(() -> json(yaml, share))
                    .isInstanceOfSatisfying(
                            StatusException.class, e -> assertThat(e.code()).isEqualTo(413));
        }
    }
}
