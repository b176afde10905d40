package dev.breakwater.apiserver.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Measures what trees take of this JVM's heap; prints the figures that {@link TreeCost} cites. */
class TreeCostTest {
    private static final int NODES = 100_000;

    /** A field, which nothing but this test looks at: a local variable may be kept alive longer, or less long, than it looks. */
    private @Nullable JsonNode tree;

    /** Takes note of what was asked for. */
    private static final class Note implements Allowance {
        long taken;

        @Override
        public void take(long bytes) {
            taken += bytes;
        }

        @Override
        public void giveBack(long bytes) {
            taken -= bytes;
        }
    }

    /** An element of a long array, with {@code #} for its number and {@code ~} for ten digits of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]",
                "[0]",
                "[0,0,0,0,0,0,0,0,0,0,0]",
                "{}",
                "{\"a\":0}",
                "{\"~\":0}",
                "{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0,\"j\":0,\"k\":0,\"l\":0,\"m\":0}",
                "0",
                "1~",
                "100~.25",
                "null",
                "\"\"",
                "\"1234567#\"",
                "\"~~~~~~~~~~~~~~~~\"",
                "\"\u00e9~~~~\"",
                "\"\u20ac~~~~\"",
                "[[[[[[]]]]]]",
            })
    void theHeapNeverTakesMoreThanWasAskedFor(String element) {
        StringBuilder json = new StringBuilder("[");
        for (int i = 0; i < NODES; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(element.replace("#", Integer.toString(i % 10))
                            .replace("~", Integer.toString(1_000_000_000 + i)));
        }
        byte[] bytes = json.append(']').toString().getBytes(StandardCharsets.UTF_8);
        json.setLength(0);
        json.trimToSize();
        Note note = new Note();
        tree = CanonicalJson.read(bytes, 0, bytes.length, note);
        assertThat(tree.size()).isEqualTo(NODES);
        long with = used();
        tree = null;
        double real = (double) (with - used()) / NODES;
        double charged = (double) note.taken / NODES;
        System.out.printf("%-45.45s %8.1f bytes, charged %8.1f%n", element, real, charged);
        assertThat(real).isLessThanOrEqualTo(charged);
        // Nor is it so far off that honest bodies are refused.
        assertThat(charged).isLessThan(1.6 * real + 24);
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
