package dev.breakwater.apiserver.server;

import java.time.Duration;

/**
 * What may be held for whom nobody knows yet, and by all connections.
 *
 * @param connections open at once; one of HTTP/1.1 costs some 40 KB
 * @param strangers of them that have shown no good credentials yet
 * @param unreadBytes read by all connections for heads that are not complete, and by strangers for anything
 * @param headBytes of complete heads of all requests in progress, beyond what every request has anyway
 * @param headTime from the first byte of a head, or of a stranger's connection, to the end of that head
 */
public record DoorwayLimits(int connections, int strangers, int unreadBytes, int headBytes, Duration headTime) {
    private static final int MIB = 1 << 20;

    /**
     * Those of the container that the manifests describe. Behind the aggregator all users of a cluster come over a handful of connections; a head with
     * 600 groups is 300 KB and complete within milliseconds.
     */
    public static DoorwayLimits defaults() {
        return new DoorwayLimits(1_500, 400, 4 * MIB, 8 * MIB, Duration.ofSeconds(30));
    }
}
