package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/**
 * The database itself says that its bytes are not what it wrote. Waiting does not help, and nothing that it answers is to be believed:
 * the caller answers with an error in words, never 404 and never an empty list.
 */
public final class StoreDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreDamagedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
