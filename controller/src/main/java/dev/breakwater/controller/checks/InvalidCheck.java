package dev.breakwater.controller.checks;

import java.io.Serial;

/** A check file or check that cannot be used. The message is one sentence for its author: where, what is wrong, what is allowed. */
public final class InvalidCheck extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public InvalidCheck(String message) {
        super(message);
    }
}
