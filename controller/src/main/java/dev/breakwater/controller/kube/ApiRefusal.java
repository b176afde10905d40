package dev.breakwater.controller.kube;

import java.io.IOException;

/** The API server answered and said no. The message is the server's own sentence. */
public final class ApiRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;

    ApiRefusal(String method, String path, int code, String reason, String message) {
        super(method + " " + path + ": " + code + (reason.isEmpty() ? "" : " " + reason) + ": " + message);
        this.code = code;
        this.reason = reason;
    }

    /** HTTP status. */
    public int code() {
        return code;
    }

    /** {@code reason} of the server's Status, or empty. */
    public String reason() {
        return reason;
    }

    public boolean isNotFound() {
        return code == 404;
    }

    /**
     * No role allows it: {@code User "..." cannot create resource "pods" in API group "" ...}. Admission, quotas and namespaces on their way out refuse with
     * the same code and other words.
     */
    public boolean isLackOfRights() {
        return code == 403 && String.valueOf(getMessage()).contains(" cannot ");
    }

    /** An update lost against another writer, or a create met an object of that name. */
    public boolean isConflict() {
        return code == 409;
    }
}
