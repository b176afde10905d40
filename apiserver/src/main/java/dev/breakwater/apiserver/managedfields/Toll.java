package dev.breakwater.apiserver.managedfields;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.Breather;

/** Pays for the nodes of sets of fields before they are made, and lets other requests run meanwhile. One request's. */
final class Toll {
    /** A node (24) with its map (48), the map's first table (80) and its entry there (48). */
    private static final int NODE = 200;

    private static final int AHEAD = 4 * 1024;

    private final Allowance memory;
    private final Breather breather = new Breather();
    private long paidAhead;

    Toll(Allowance memory) {
        this.memory = memory;
    }

    void node(String step) {
        take(NODE + 2L * step.length());
    }

    void take(long bytes) {
        breather.steps(1);
        if (paidAhead < bytes) {
            memory.take(bytes + AHEAD);
            paidAhead += bytes + AHEAD;
        }
        paidAhead -= bytes;
    }
}
