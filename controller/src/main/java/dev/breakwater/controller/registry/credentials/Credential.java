package dev.breakwater.controller.registry.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user and a password for a registry. Its text has neither: what is logged by accident must not be a leak. */
public record Credential(String username, String password) {
    /** As in {@code auth} of a docker config, and behind {@code Basic} in a request (RFC 7617, UTF-8). */
    public String basic() {
        return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "Credential[not shown]";
    }
}
