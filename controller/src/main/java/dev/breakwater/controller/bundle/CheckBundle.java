package dev.breakwater.controller.bundle;

import java.util.Map;

/**
 * What a bundle holds.
 *
 * @param digest of its manifest
 * @param files texts by path
 */
public record CheckBundle(String digest, Map<String, String> files) {}
