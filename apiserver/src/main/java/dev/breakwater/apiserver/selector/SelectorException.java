package dev.breakwater.apiserver.selector;

/** A selector that cannot be understood; the message says where and what was expected. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    public SelectorException(String message) {
        super(message, null, false, false);
    }
}
