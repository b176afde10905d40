package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** The database does not answer, or a commit's outcome could not be learned; to be answered with 503 and Retry-After. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private static final String NO_ANSWER = "the report store does not answer";

    private final String told;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(NO_ANSWER, message, cause);
    }

    /** @param told to clients: the message is for the log, and may name hosts and files */
    public StoreUnavailableException(String told, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.told = told;
    }

    /** What clients may be told. */
    public String told() {
        return told;
    }
}
