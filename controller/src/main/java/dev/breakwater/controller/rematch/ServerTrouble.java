package dev.breakwater.controller.rematch;

import java.io.IOException;

/** The Trivy server did not answer, or not as it should. */
final class ServerTrouble extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean ofAnswer;

    /** @param ofAnswer whether it answers and is not to be believed, as it will not be the next time */
    ServerTrouble(String message, boolean ofAnswer) {
        super(message);
        this.ofAnswer = ofAnswer;
    }

    boolean isOfAnswer() {
        return ofAnswer;
    }
}
