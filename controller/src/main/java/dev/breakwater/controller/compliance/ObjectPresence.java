package dev.breakwater.controller.compliance;

import java.io.IOException;

/** Tells whether the cluster has any object of a kind, so that a check with nothing to look at is told from one that has not run. */
@FunctionalInterface
public interface ObjectPresence {
    /** @param kind as in an object's {@code kind}; {@code NodeInfo} asks for nodes */
    boolean anyOf(String kind) throws IOException;
}
