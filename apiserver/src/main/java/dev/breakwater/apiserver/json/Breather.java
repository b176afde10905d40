package dev.breakwater.apiserver.json;

/**
 * Lets other requests run in the middle of a long loop. Virtual threads are not preempted: two bodies of some MB would otherwise hold
 * both cores of a small machine, and with them every handshake and probe, until they are read.
 */
public final class Breather {
    /** Steps between two pauses: a few tenths of a millisecond of parsing, some milliseconds while the code is cold. */
    private static final int STEPS = 2048;

    private int left = STEPS;

    /** Counts some steps of work; a step is a node, a token, or about a hundred bytes. */
    public void steps(int count) {
        left -= count;
        if (left <= 0) {
            left = STEPS;
            Thread.yield();
        }
    }
}
