package dev.breakwater.controller.reports;

import java.io.IOException;

/** What arrived is not a result of Trivy, or not a report. The message says what was expected and where. */
public final class MalformedResult extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean empty;

    MalformedResult(String message) {
        super(message);
        this.empty = false;
    }

    MalformedResult(String message, Throwable cause) {
        super(message, cause);
        this.empty = false;
    }

    private MalformedResult(String message, boolean empty) {
        super(message);
        this.empty = empty;
    }

    /** JSON it is, but nothing in it says what was found or that nothing was. */
    static MalformedResult withoutResults(String message) {
        return new MalformedResult(message, true);
    }

    /** Whether there was a document and no result in it. */
    public boolean isEmpty() {
        return empty;
    }
}
