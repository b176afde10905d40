package dev.breakwater.apiserver.kind;

/**
 * A printer column (trivy-operator 1.2).
 *
 * @param name heading
 * @param type {@code string}, {@code integer} or {@code date}
 * @param path of the value, dotted from the root of the object, such as {@code report.summary.highCount}
 * @param priority 0 always shown, 1 with {@code -o wide}
 */
public record Column(String name, String type, String description, String path, int priority) {}
