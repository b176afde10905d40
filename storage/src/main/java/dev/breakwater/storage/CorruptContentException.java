package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/** Stored bytes do not have their checksum; the message names the object. */
public final class CorruptContentException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptContentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
