package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** The store cannot be used as it is, and waiting does not help; the message says what to do. */
public final class StoreOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreOpenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
