package dev.breakwater.controller.compliance;

/** A compliance spec cannot be used; the message says which field, what is in it and what is allowed. */
public final class InvalidSpec extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidSpec(String message) {
        super(message);
    }
}
