package dev.breakwater.controller.nodes;

/** What became of looking at a node. */
sealed interface Collected {
    record Read(NodeFacts facts) implements Collected {}

    /**
     * The node could not be read.
     *
     * @param reason one CamelCase word
     * @param message for an operator: what happened and what can be done
     */
    record Unreadable(String reason, String message) implements Collected {}
}
