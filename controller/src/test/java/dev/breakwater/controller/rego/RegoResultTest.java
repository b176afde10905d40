package dev.breakwater.controller.rego;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import dev.breakwater.controller.checks.CheckResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class RegoResultTest {
    private static final String FINDING = """
            {"ID":"R1","Title":"t","Severity":"LOW","Status":"FAIL","Message":"m","CauseMetadata":{"Code":{"Lines":[1]}}}""";

    private static RegoBatch batch(int objects) {
        RegoBatch batch = new RegoBatch(RegoPolicies.NONE);
        for (int i = 0; i < objects; i++) {
            batch.add(new RegoObject("o" + i, "Pod", "{}"));
        }
        return batch;
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theTextsOfARuleAreInMemoryOnceHoweverManyObjectsItFinds() throws IOException {
        StringBuilder results = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            results.append("%s{\"Target\":\"o/%05d.yaml\",\"Misconfigurations\":[%s]}"
                    .formatted(i == 0 ? "" : ",", i, FINDING));
        }
        // As from two kinds: two documents.
        String document = "{\"SchemaVersion\":2,\"Metadata\":{\"Results\":[{}]},\"Results\":[" + results + "]}";
        Map<String, List<CheckResult>> read =
                RegoResult.read(bytes(document + document), batch(3)).results();

        CheckResult first = read.get("o0").getFirst();
        assertThat(read.values())
                .hasSize(3)
                .allSatisfy(found -> assertThat(found)
                        .singleElement()
                        .satisfies(result -> assertThat(result.check()).isSameAs(first.check())));
    }

    /** Each would otherwise be an object in which the policies found nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"Results\":{}}",
                "{\"Results\":\"none\"}",
                "{\"Results\":[null]}",
                "{\"Results\":[{\"Target\":\"00000.yaml\",\"Misconfigurations\":{}}]}",
                "[{\"Results\":[]}]",
                "null"
            })
    void findingsThatCannotBeReadAreNoVerdict(String document) {
        assertThatThrownBy(() -> RegoResult.read(bytes(document), batch(1))).isInstanceOf(IOException.class);
    }

    @Test
    void whatStandsBesideTheFindingsDoesNotHideThem() throws IOException {
        String result = "{\"Target\":\"00000.yaml\",\"Misconfigurations\":[" + FINDING.replace("\"m\"", "null") + "]}";
        for (String document : List.of(
                "{\"Metadata\":null,\"Results\":[" + result + "]}",
                "{\"Results\":null,\"Metadata\":[],\"Results\":[" + result + "],\"SchemaVersion\":2}",
                "{\"Results\":[" + result.replace("{\"Target\"", "{\"Class\":null,\"Target\"") + "]}")) {
            assertThat(RegoResult.read(bytes(document), batch(1)).results().get("o0"))
                    .singleElement()
                    .satisfies(found -> assertThat(found.verdict().toString()).doesNotContain("null"));
        }
    }

    /** As a tree the findings of this document alone would be some hundred megabytes. */
    @Test
    void findingsArePassedOnWhileTheDocumentIsRead() throws IOException {
        byte[] element = ("{\"Target\":\"00000.yaml\",\"Misconfigurations\":[" + FINDING + "]},")
                .getBytes(StandardCharsets.UTF_8);
        AtomicLong left = new AtomicLong(1_000_000);
        InputStream endless = new InputStream() {
            private byte[] now = "{\"Results\":[".getBytes(StandardCharsets.UTF_8);
            private int at;

            @Override
            public int read() {
                if (at == now.length) {
                    at = 0;
                    long number = left.getAndDecrement();
                    now = number > 0 ? element : number == 0 ? "{}]}".getBytes(StandardCharsets.UTF_8) : new byte[0];
                }
                return now.length == 0 ? -1 : now[at++];
            }
        };
        assertThat(RegoResult.read(endless, batch(1)).results().get("o0")).hasSize(1);
    }

    @Test
    void aDocumentThatEndsTooEarlyIsNoResult() {
        assertThatThrownBy(() -> RegoResult.read(
                        bytes("{\"Results\":[{\"Target\":\"00000.yaml\",\"Misconfigurations\":[" + FINDING), batch(1)))
                .isInstanceOf(JacksonException.class);
    }
}
