package dev.breakwater.cli.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.breakwater.cli.logging.LoggingSettings.LogLevel;
import org.slf4j.LoggerFactory;

/** Logs go to stderr: stdout belongs to what the user asked for. */
public final class Logging {
    private Logging() {}

    /**
     * Replaces whatever Logback configured by itself.
     *
     * @param otherwise the level when the user names none
     */
    public static void apply(LoggingSettings settings, LogLevel otherwise) {
        LogLevel chosen = settings.level().orElse(otherwise);
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(context, settings.format()));
        console.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        // Libraries speak only of trouble unless everything is asked for: Jetty alone logs a page at its start.
        root.setLevel(chosen == LogLevel.trace || chosen == LogLevel.debug ? Level.INFO : Level.WARN);
        root.addAppender(console);
        if (root.getLevel() == Level.WARN) {
            // It calls the end of its own threads an error; what goes wrong in a watch we say ourselves.
            context.getLogger("io.kubernetes.client.informer").setLevel(Level.OFF);
        }
        context.getLogger("dev.breakwater").setLevel(Level.toLevel(chosen.name()));
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
        if (format == LogFormat.json) {
            JsonLine json = new JsonLine();
            json.setContext(context);
            json.start();
            return json;
        }
        PatternLayoutEncoder text = new PatternLayoutEncoder();
        text.setContext(context);
        text.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{0}: %msg%n%ex");
        text.start();
        return text;
    }
}
