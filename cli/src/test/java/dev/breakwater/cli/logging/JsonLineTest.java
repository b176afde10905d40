package dev.breakwater.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    private static final Instant MOMENT = Instant.parse("2026-03-04T05:06:07.089012Z");

    @Test
    void aLineIsOneObjectWithATimeThatPeopleAndCollectorsRead() throws Exception {
        String line = line(Level.WARN, "a \"quoted\" word,\na new line and \u2028", null);
        assertThat(line).endsWith("}\n").doesNotContain("mdc", "formattedMessage", "timestamp");
        assertThat(line.strip().lines()).hasSize(1);
        JsonNode event = new JsonMapper().readTree(line);
        assertThat(event.path("time").textValue()).isEqualTo("2026-03-04T05:06:07.089Z");
        assertThat(event.path("level").textValue()).isEqualTo("warn");
        assertThat(event.path("logger").textValue()).isEqualTo("dev.breakwater.Somewhere");
        assertThat(event.path("message").textValue()).isEqualTo("a \"quoted\" word,\na new line and \u2028");
        assertThat(event.has("exception")).isFalse();
    }

    @Test
    void anExceptionStaysInItsLineWithItsStackAndCause() throws Exception {
        String line = line(Level.ERROR, "failed", new IllegalStateException("above", new IOException("below")));
        assertThat(line.strip().lines()).hasSize(1);
        assertThat(new JsonMapper().readTree(line).path("exception").textValue())
                .startsWith("java.lang.IllegalStateException: above")
                .contains("\tat dev.breakwater.cli.logging.JsonLineTest", "Caused by: java.io.IOException: below");
    }

    private static String line(Level level, String message, @Nullable Throwable failure) {
        LoggerContext context = new LoggerContext();
        Logger logger = context.getLogger("dev.breakwater.Somewhere");
        LoggingEvent event = new LoggingEvent(JsonLineTest.class.getName(), logger, level, message, failure, null);
        event.setInstant(MOMENT);
        JsonLine encoder = new JsonLine();
        encoder.setContext(context);
        encoder.start();
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
