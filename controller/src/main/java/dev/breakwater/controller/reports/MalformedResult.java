package dev.breakwater.controller.reports;

import java.io.IOException;

/** What arrived is not a result of Trivy, or not a report. The message says what was expected and where. */
public final class MalformedResult extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedResult(String message) {
        super(message);
    }

    MalformedResult(String message, Throwable cause) {
        super(message, cause);
    }
}
