package dev.breakwater.testkit;

/** A program that a fixture needs is not on this machine, or does not start there. The message is for the reader of a skip. */
public final class Unavailable extends Exception {
    private static final long serialVersionUID = 1L;

    public Unavailable(String reason) {
        super(reason);
    }

    public Unavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
