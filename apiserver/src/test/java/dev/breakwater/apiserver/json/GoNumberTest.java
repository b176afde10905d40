package dev.breakwater.apiserver.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoNumberTest {
    /** Right column: json.Marshal of what sigs.k8s.io/json read from the left column (Go 1.26). */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "7, 7",
        "-12, -12",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775808, 9223372036854776000",
        "123456789012345678901, 123456789012345680000",
        "7.5, 7.5",
        "1.0, 1",
        "9.80, 9.8",
        "1e2, 100",
        "1E2, 100",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "1.5e21, 1.5e+21",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "1.25e-9, 1.25e-9",
        "1e-10, 1e-10",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "5e-324, 5e-324",
        "1.7976931348623157e308, 1.7976931348623157e+308",
        "2.2250738585072014e-308, 2.2250738585072014e-308",
    })
    void numbersComeBackAsGoWritesThem(String literal, String canonical) {
        assertThat(GoNumber.canonical(literal)).isEqualTo(canonical);
    }

    @Test
    void aNumberBeyondAFloat64IsRefused() {
        assertThatThrownBy(() -> GoNumber.canonical("1e400")).hasMessageContaining("1e400");
    }

    @Test
    void aVeryLongNumberIsRefusedWithoutBeingComputed() {
        assertThatThrownBy(() -> GoNumber.canonical("9".repeat(1_000_000))).hasMessageContaining("1000000 characters");
        assertThat(GoNumber.canonical("0." + "1".repeat(900))).isEqualTo("0.1111111111111111");
    }

    @Test
    void everyFloatReadsBackEqualAndTheFormIsStable() {
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isFinite(value)) {
                continue;
            }
            String text = GoNumber.of(value);
            assertThat(Double.parseDouble(text)).isEqualTo(value);
            assertThat(GoNumber.canonical(text)).isEqualTo(text);
        }
    }
}
