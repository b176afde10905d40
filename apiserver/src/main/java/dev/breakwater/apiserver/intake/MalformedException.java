package dev.breakwater.apiserver.intake;

import java.io.IOException;

/** The body is not JSON; the message says what was found and at which byte. */
public final class MalformedException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
        super(message);
    }
}
