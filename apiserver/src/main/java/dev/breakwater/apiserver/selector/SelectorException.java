package dev.breakwater.apiserver.selector;

/** A selector that cannot be understood, or is longer than any that means something; the message says where. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A selector is tried on each object of a list. */
    private static final int LONGEST = 32 * 1024;

    private static final int MOST_TERMS = 1000;

    SelectorException(String message) {
        super(message, null, false, false);
    }

    static void checkLength(String what, String text) throws SelectorException {
        if (text.length() > LONGEST) {
            throw new SelectorException(
                    "a " + what + " selector of " + text.length() + " characters; at most " + LONGEST + " are read");
        }
    }

    static void checkTerms(String what, int terms) throws SelectorException {
        if (terms > MOST_TERMS) {
            throw new SelectorException("a " + what + " selector of more than " + MOST_TERMS + " terms");
        }
    }
}
