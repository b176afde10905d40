package dev.breakwater.cli.audit;

import java.io.Serial;

/** Input that is no Kubernetes object; the message says where and what was expected. */
final class UnreadableManifest extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnreadableManifest(String message) {
        super(message);
    }
}
