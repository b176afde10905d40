package dev.breakwater.controller.rematch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.reports.TrivyPackages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What an SbomReport holds may have been written by anybody who may write it. */
class KeptListTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void aListIsReadAsItWasWritten() throws Exception {
        ObjectNode blob = MAPPER.createObjectNode().put("diff_id", "sha256:1");
        TrivyPackages.Listing read = KeptList.read(KeptList.write(new TrivyPackages.Listing("team/web:1", blob)));
        assertThat(read.artifact()).isEqualTo("team/web:1");
        assertThat(read.blob()).isEqualTo(blob);
    }

    @Test
    void aFewKilobytesThatAreManyMegabytesInsideAreNotReadToTheirEnd() throws Exception {
        String text = base64("{\"artifact\":\"a\",\"blob\":{}}" + " ".repeat(KeptList.LARGEST));
        assertThat(text.length()).isLessThan(64 * 1024);
        assertThatThrownBy(() -> KeptList.read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than those that are kept");
    }

    @Test
    void aListThatIsTooLongToBeReadIsNotKeptEither() {
        ObjectNode blob = MAPPER.createObjectNode().put("name", "x".repeat(KeptList.LARGEST));
        assertThatThrownBy(() -> KeptList.write(new TrivyPackages.Listing("a", blob)))
                .isInstanceOf(IOException.class)
                .hasMessage("a list of 8 MiB is longer than those that are kept, 8 MiB");
    }

    @Test
    void whatIsNoListIsRefusedInWords() throws Exception {
        for (String text :
                new String[] {"", "no base64!", "aGVsbG8=", base64("[]"), base64("{\"blob\":1}"), base64("{")}) {
            assertThatThrownBy(() -> KeptList.read(text)).as(text).isInstanceOf(IOException.class);
        }
    }

    private static String base64(String json) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(json.getBytes(StandardCharsets.UTF_8));
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
