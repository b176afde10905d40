package dev.breakwater.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on. */
public final class FreePort {
    /**
     * Below the range from which Linux takes ports for outgoing connections (32768 and up): there, a port that is free
     * now may be somebody's connection when the program that is to listen on it has started.
     */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;

    private FreePort() {}

    /** A TCP port of 127.0.0.1 that was free a moment ago: for programs that cannot be told to choose one themselves. */
    public static int next() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Somebody listens there: another one.
            }
        }
        throw new IllegalStateException("no free port of 127.0.0.1 between " + FIRST + " and " + LAST);
    }
}
