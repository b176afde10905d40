package dev.breakwater.cli.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * One JSON object a line: {@code time} (RFC 3339, UTC, milliseconds), {@code level} in lower case, {@code logger}, {@code thread}, {@code message}, and
 * {@code exception} with the stack where there is one. The names are those that collectors look for without being told.
 */
final class JsonLine extends EncoderBase<ILoggingEvent> {
    private final JsonFactory json = new JsonFactory();
    private final ThrowableProxyConverter stack = new ThrowableProxyConverter();

    @Override
    public void start() {
        stack.start();
        super.start();
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator out = json.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField(
                    "time", event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString());
            out.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", event.getThreadName());
            out.writeStringField("message", event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                out.writeStringField("exception", stack.convert(event).stripTrailing());
            }
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("a line of the log could not be put into words", e);
        }
        return line.toByteArray();
    }
}
