package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** The database does not answer, or a commit's outcome could not be learned; to be answered with 503 and Retry-After. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
