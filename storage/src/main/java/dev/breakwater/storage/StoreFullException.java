package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** The disk or the database's quota is full: nothing was stored, reads go on. */
public final class StoreFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
