package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchLinesTest {
    private final List<String> seen = new ArrayList<>();
    private final WatchLines lines = new WatchLines((beginning, _) -> seen.add(beginning));

    @Test
    void aLineCountsWhenItsLastByteIsThereHoweverItWasCut() {
        lines.onNext(List.of(bytes("{\"a\":"), bytes("1}")));
        assertThat(seen).isEmpty();

        lines.onNext(List.of(bytes("\n{\"b\":2}\n{\"c")));
        assertThat(seen).containsExactly("{\"a\":1}", "{\"b\":2}");
    }

    @Test
    void ofALongLineTheBeginningIsKept() {
        String start = "{\"type\":\"MODIFIED\",";
        lines.onNext(List.of(bytes(start + "x".repeat(100_000)), bytes("y\nnext\n")));

        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst()).startsWith(start).hasSize(8 * 1024);
        assertThat(seen.getLast()).isEqualTo("next");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
