package dev.breakwater.apiserver.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.intake.SampleReports;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeReaderTest {
    private static final ObjectMapper JACKSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Test
    void aTreeIsTheOneThatJacksonReads() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            JsonNode some = SampleReports.anything(random, 6);
            byte[] json = i % 2 == 0
                    ? JACKSON.writeValueAsBytes(some)
                    : JACKSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(some);
            assertThat(CanonicalJson.read(json)).isEqualTo(JACKSON.readTree(json));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\u0001\\n\\\\\\\"/\\/\\ud83d\\ude00 \u00e9\u20ac\"",
                "{\"a\":1,\"a\":2,\"\":{},\"\u00e9\":[],\"a\\n\":null}",
                "[0,-1,12345678901,1.5,-2.5e-7,1e300,true,false,null]",
            })
    void stringsNumbersAndRepeatedKeysAreReadAsJacksonDoes(String json) throws Exception {
        assertThat(CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(JACKSON.readTree(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[1",
                "[1,",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "\"abc",
                "tru",
                "nulll",
                "1 2",
                "[1]]",
                "-",
                "1e999",
                "\"\\x\"",
                "\"\\u12\"",
                "\"abc\\\"",
                "."
            })
    void whatIsNoJsonIsAnIllegalArgument(String json) {
        assertThatThrownBy(() -> CanonicalJson.read(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nestingBeyondTheBoundIsRefusedAndNoStackOverflow() {
        byte[] deep = "[".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> CanonicalJson.read(deep)).hasMessageContaining("depth");
    }

    @Test
    void anIntegerBeyond64BitsIsAFloat() {
        JsonNode read =
                CanonicalJson.read("[9223372036854775807,9223372036854776000]".getBytes(StandardCharsets.UTF_8));
        assertThat(read.get(0).isLong()).isTrue();
        assertThat(read.get(1).isDouble()).isTrue();
    }
}
