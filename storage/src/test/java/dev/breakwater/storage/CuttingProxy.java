package dev.breakwater.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Stands between the store and PostgreSQL, and cuts a connection at the worst moment. */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final String database;
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NONE);
    private final AtomicInteger cuts = new AtomicInteger();

    enum Cut {
        NONE,
        /** The server never hears of the commit. */
        BEFORE_COMMIT,
        /** The server commits, the client never hears of it. */
        AFTER_COMMIT
    }

    private CuttingProxy(ServerSocket listener, String host, int port, String database) {
        this.listener = listener;
        this.host = host;
        this.port = port;
        this.database = database;
    }

    static CuttingProxy before(String jdbcUrl) throws IOException {
        URI url = URI.create(jdbcUrl.substring("jdbc:".length()));
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CuttingProxy proxy = new CuttingProxy(listener, url.getHost(), url.getPort(), url.getPath());
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + listener.getLocalPort() + database;
    }

    void cut(Cut cut) {
        next.set(cut);
    }

    int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(host, port);
                Thread.ofVirtual().start(() -> pump(server, client, false));
                Thread.ofVirtual().start(() -> pump(client, server, true));
            }
        } catch (IOException e) {
            // Closed: the test is over.
            return;
        }
    }

    private void pump(Socket from, Socket to, boolean watched) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                boolean commit = watched && new String(buffer, 0, count, US_ASCII).contains("COMMIT\0");
                if (commit && next.compareAndSet(Cut.BEFORE_COMMIT, Cut.NONE)) {
                    cuts.incrementAndGet();
                    return;
                }
                if (commit && next.compareAndSet(Cut.AFTER_COMMIT, Cut.NONE)) {
                    cuts.incrementAndGet();
                    // The client's end first, so that the answer has no way back; the server's message is delivered by
                    // a clean end.
                    from.close();
                    out.write(buffer, 0, count);
                    out.flush();
                    to.shutdownOutput();
                    return;
                }
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            // Either side hung up; the other is closed with it.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
