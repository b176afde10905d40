package dev.breakwater.controller.registry;

import java.io.IOException;

/** A registry's answer that is an error. */
public final class RegistryRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    RegistryRefusal(int code, String message) {
        super(message);
        this.code = code;
    }

    /** HTTP status code. */
    public int code() {
        return code;
    }
}
