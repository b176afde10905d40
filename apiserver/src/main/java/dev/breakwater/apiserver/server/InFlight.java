package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.status.Statuses;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Bounds how many requests for objects run at once, reads and writes apart; one too many is told to come back. Watches and whatever
 * is no object are outside: overload must not make the aggregator think that the server is gone (k8s-wire 7.3).
 *
 * <p>Threading: safe for any number of threads.
 */
final class InFlight {
    private static final Set<String> READS = Set.of("get", "list");

    private final Semaphore reads;
    private final Semaphore writes;

    InFlight(int reads, int writes) {
        this.reads = new Semaphore(reads);
        this.writes = new Semaphore(writes);
    }

    /**
     * Takes a place; closing the answer gives it back.
     *
     * @throws dev.breakwater.apiserver.status.StatusException 429 when there is none
     */
    Place enter(String verb) {
        Semaphore places = READS.contains(verb) ? reads : writes;
        if (!places.tryAcquire()) {
            throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
        }
        return places::release;
    }

    interface Place extends AutoCloseable {
        @Override
        void close();
    }
}
