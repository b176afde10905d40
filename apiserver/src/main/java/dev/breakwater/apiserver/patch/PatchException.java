package dev.breakwater.apiserver.patch;

/** A patch that cannot be applied to this object, such as one whose test fails; the message says which operation. */
public final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;

    PatchException(String message) {
        super(message, null, false, false);
    }
}
