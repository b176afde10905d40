package dev.breakwater.controller.registry;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** A registry's answer that is an error. */
public final class RegistryRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final Duration retryAfter;

    RegistryRefusal(int code, Duration retryAfter, String message) {
        super(message);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }

    /** How long it wants to be left alone; zero where it does not say. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Whether another credential may be answered otherwise: registries also hide from those who may not see it what there is. */
    public boolean isOfCredential() {
        return code == 401 || code == 403 || code == 404;
    }

    /** Whether it is the registry that is in trouble, and not what was asked for. */
    public boolean isOfRegistry() {
        return code == 429 || code >= 500;
    }

    /** RFC 9110, 10.2.3: seconds or a date; what is neither, or over, is zero. */
    static Duration retryAfter(@Nullable String header) {
        String text = header == null ? "" : header.strip();
        try {
            if (text.matches("[0-9]{1,9}")) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            if (!text.isEmpty()) {
                Duration wait = Duration.between(
                        Instant.now(),
                        ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return wait.isNegative() ? Duration.ZERO : wait;
            }
        } catch (DateTimeException e) {
            // A word that says nothing is no word.
        }
        return Duration.ZERO;
    }
}
