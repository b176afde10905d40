package dev.breakwater.cli.audit;

import java.util.Map;

/**
 * One Kubernetes object as it stands in a file.
 *
 * @param file as given on the command line or found below it; {@code -} for standard input
 * @param line where the object begins, counted from 1
 */
record Manifest(Map<?, ?> object, String file, int line) {
    String kind() {
        return text("kind");
    }

    String name() {
        return metadata("name");
    }

    String namespace() {
        return metadata("namespace");
    }

    private String metadata(String key) {
        return object.get("metadata") instanceof Map<?, ?> metadata && metadata.get(key) instanceof String text
                ? text
                : "";
    }

    private String text(String key) {
        return object.get(key) instanceof String text ? text : "";
    }
}
