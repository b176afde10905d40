package dev.breakwater.controller.registry.credentials;

/**
 * A credential and where it came from.
 *
 * @param secret name of the Secret; its namespace is nobody else's business
 */
public record PullCredential(String secret, Credential credential) {}
