package dev.breakwater.controller.registry.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user and a password for a registry. Its text has neither: what is logged by accident must not be a leak. */
public record Credential(String username, String password) {
    private static final String HIDDEN = "(not shown)";
    /** Shorter ones are parts of ordinary words, and no secrets. */
    private static final int SHORTEST = 4;

    /** As in {@code auth} of a docker config, and behind {@code Basic} in a request (RFC 7617, UTF-8). */
    public String basic() {
        return Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** A text of others without it: a registry may send back what it was shown, and the scanner repeats what a registry says. */
    public String hideIn(String text) {
        String without = text.replace(basic(), HIDDEN);
        return password.length() < SHORTEST ? without : without.replace(password, HIDDEN);
    }

    @Override
    public String toString() {
        return "Credential[not shown]";
    }
}
