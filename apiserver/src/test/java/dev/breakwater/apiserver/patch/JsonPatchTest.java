package dev.breakwater.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.status.StatusException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class JsonPatchTest {
    private static JsonNode json(String text) {
        return CanonicalJson.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode applied(String document, String patch) throws PatchException {
        return JsonPatch.of(json(patch)).apply(json(document), Allowance.UNLIMITED);
    }

    private static String times(int count, String operation) {
        return "[" + String.join(",", Collections.nCopies(count, operation)) + "]";
    }

    private static void assertRefused(int code, String document, String patch) {
        assertThatThrownBy(() -> applied(document, patch))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void copiesOfTheDocumentIntoItselfEndAtThreeMebibytes() {
        String document = "{\"a\":\"" + "x".repeat(1000) + "\"}";
        StringBuilder patch = new StringBuilder("[");
        for (int i = 0; i < 24; i++) {
            patch.append(i == 0 ? "" : ",")
                    .append("{\"op\":\"copy\",\"from\":\"\",\"path\":\"/c")
                    .append(i)
                    .append("\"}");
        }
        assertRefused(413, document, patch.append("]").toString());
    }

    @Test
    void anArrayCopiedIntoItselfEndsAtThreeMebibytes() {
        assertRefused(413, "{\"a\":[1,2,3]}", times(24, "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/a/-\"}"));
    }

    @Test
    void fewCopiesAreMadeAndAreApartFromTheirSource() throws PatchException {
        assertThat(
                        applied(
                                "{\"a\":{\"b\":1}}",
                                "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"},{\"op\":\"replace\",\"path\":\"/c/b\",\"value\":2}]"))
                .isEqualTo(json("{\"a\":{\"b\":1},\"c\":{\"b\":2}}"));
    }

    @Test
    void aPatchDoesNotChangeItsOwnValues() throws PatchException {
        JsonPatch patch = JsonPatch.of(
                json("[{\"op\":\"add\",\"path\":\"/a\",\"value\":{}},{\"op\":\"add\",\"path\":\"/a/b\",\"value\":1}]"));
        assertThat(patch.apply(json("{}"), Allowance.UNLIMITED))
                .isEqualTo(patch.apply(json("{}"), Allowance.UNLIMITED));
        assertThat(patch.operations().getFirst().value()).isEqualTo(json("{}"));
    }

    @Test
    void copiesIntoTheDepthAre400AndNoStackOverflow() {
        StringBuilder patch = new StringBuilder("[");
        String path = "/a";
        for (int i = 0; i < 10; i++) {
            patch.append(i == 0 ? "" : ",")
                    .append("{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"")
                    .append(path)
                    .append("/a\"}");
            path = path + path;
        }
        assertRefused(400, "{\"a\":{}}", patch.append("]").toString());
    }

    @Test
    void movesThatCarryALongArrayAboutAre413() {
        String document = "{\"a\":[" + String.join(",", Collections.nCopies(200_000, "0")) + "]}";
        assertRefused(413, document, times(9_999, "{\"op\":\"move\",\"from\":\"/a/0\",\"path\":\"/a/150000\"}"));
    }

    @Test
    void movesOfALargeValueIntoTheDepthAre413() {
        String document = "{\"b\":{},\"a\":[" + String.join(",", Collections.nCopies(50_000, "0")) + "]}";
        String there = "{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b/a\"}";
        String back = "{\"op\":\"move\",\"from\":\"/b/a\",\"path\":\"/a\"}";
        assertRefused(413, document, times(4_000, there + "," + back));
    }

    @Test
    void whatAPatchAddsIsPaidFor() {
        JsonPatch patch = JsonPatch.of(json("[{\"op\":\"add\",\"path\":\"/a\",\"value\":["
                + String.join(",", Collections.nCopies(20_000, "[]")) + "]}]"));
        try (ByteBudget.Share share = new ByteBudget(1 << 20, Duration.ofMillis(5)).open()) {
            assertThatThrownBy(() -> patch.apply(json("{}"), share))
                    .isInstanceOfSatisfying(
                            StatusException.class, e -> assertThat(e.code()).isEqualTo(413));
        }
    }

    @Test
    void aPointerDeeperThanAnyDocumentIsRefusedBeforeItIsTakenApart() {
        assertThatThrownBy(() -> JsonPatch.of(json("[{\"op\":\"remove\",\"path\":\"" + "/a".repeat(1001) + "\"}]")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMergePatchSharesItsPartsAndKeepsThem() {
        JsonNode patch = json("{\"a\":{\"b\":{\"c\":1,\"d\":null}},\"e\":[{}]}");
        JsonNode merged = MergePatch.apply(json("{\"a\":{\"x\":1}}"), patch, Allowance.UNLIMITED);
        assertThat(merged).isEqualTo(json("{\"a\":{\"x\":1,\"b\":{\"c\":1}},\"e\":[{}]}"));
        assertThat(patch).isEqualTo(json("{\"a\":{\"b\":{\"c\":1,\"d\":null}},\"e\":[{}]}"));
    }
}
