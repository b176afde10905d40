package dev.breakwater.apiserver.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer other than success, as {@code metav1.Status} (k8s-wire 3.10). Carries no stack trace: it is an outcome, not a fault.
 */
public final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final transient @Nullable Details details;
    private final @Nullable String continueToken;

    public StatusException(int code, String reason, String message, @Nullable Details details) {
        this(code, reason, message, details, null);
    }

    /** @param continueToken with which the client can go on all the same: {@code metadata.continue} (k8s-wire 4.4) */
    public StatusException(
            int code, String reason, String message, @Nullable Details details, @Nullable String continueToken) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.details = details;
        this.continueToken = continueToken;
    }

    public int code() {
        return code;
    }

    public String reason() {
        return reason;
    }

    public String text() {
        return String.valueOf(getMessage());
    }

    public @Nullable Details details() {
        return details;
    }

    public @Nullable String continueToken() {
        return continueToken;
    }

    /**
     * {@code status.details}.
     *
     * @param kind the plural resource for most reasons, the Kind for 422 (k8s-wire 3.10)
     * @param retryAfterSeconds 0 for none; otherwise also sent as Retry-After
     */
    public record Details(
            @Nullable String name,
            @Nullable String group,
            @Nullable String kind,
            @Nullable String uid,
            List<Cause> causes,
            int retryAfterSeconds) {}

    /** One of {@code details.causes}. */
    public record Cause(
            String reason, String message, @Nullable String field) {}
}
