package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ObjectHeadTest {
    private static final String METADATA =
            "{\"name\":\"a \\\"quoted} name\",\"labels\":{\"b\":\"{\"},\"managedFields\":[{\"f:a\":{}}]}";
    private static final String OBJECT =
            "{\"apiVersion\":\"g/v1\",\"metadata\":" + METADATA + ",\"report\":{\"metadata\":{}}}";

    @Test
    void metadataIsCutOutByteForByteWithBracesInText() {
        assertThat(new String(ObjectHead.metadata(plain(OBJECT)), UTF_8)).isEqualTo(METADATA);
    }

    @Test
    void metadataIsFoundInTheFirstPartOfACompressedAnswer() throws IOException {
        byte[] whole = gzip(OBJECT + " ".repeat(1_000_000));
        Answer cut = new Answer(200, true, Arrays.copyOf(whole, whole.length), whole.length, 1, 1);

        assertThat(new String(ObjectHead.metadata(cut), UTF_8)).isEqualTo(METADATA);
    }

    @Test
    void theContinueTokenIsFoundBeforeAndBehindTheItems() {
        String items = "\"items\":[" + "{},".repeat(10_000) + "{}]";
        String metadata = "\"metadata\":{\"continue\":\"abc\",\"resourceVersion\":\"7\"}";

        assertThat(ObjectHead.continueToken(plain("{" + metadata + "," + items + "}")))
                .isEqualTo("abc");
        assertThat(ObjectHead.continueToken(plain("{" + items + "," + metadata + "}")))
                .isEqualTo("abc");
        assertThat(ObjectHead.continueToken(plain("{\"metadata\":{\"resourceVersion\":\"7\"}}")))
                .isEmpty();
    }

    @Test
    void theVersionOfAListIsItsOwn() {
        assertThat(ObjectHead.resourceVersion(
                        plain("{\"kind\":\"L\",\"items\":[{\"metadata\":{\"resourceVersion\":\"3\"}}],"
                                + "\"metadata\":{\"resourceVersion\":\"12\"}}")))
                .isEqualTo("12");
    }

    private static Answer plain(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new Answer(200, false, bytes, bytes.length, 1, 1);
    }

    private static byte[] gzip(String json) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(json.getBytes(UTF_8));
        }
        return out.toByteArray();
    }
}
