package dev.breakwater.controller.checks;

/**
 * A user's check, or a whole file of them, that cannot be used.
 *
 * @param file as its source calls it
 * @param check id; empty where the file itself is wrong
 * @param message one sentence for the author: where, what is wrong, what is allowed
 */
public record BrokenCheck(String file, String check, String message) {}
