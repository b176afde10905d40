package dev.breakwater.bench.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection, HTTP/1.1 or whatever bytes a drill wants to send: the JDK's client would read what a drill leaves unread, and
 * end what it leaves unfinished.
 *
 * <p>Threading: one thread at a time; while it writes, a virtual thread watches the time.
 */
public final class RawConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;

    private final Socket plain;
    private final Duration patience;
    private final InputStream in;
    private final OutputStream out;
    private volatile boolean late;

    private RawConnection(Socket plain, SSLSocket socket, Duration patience) throws IOException {
        this.plain = plain;
        this.patience = patience;
        in = new BufferedInputStream(socket.getInputStream(), 8192);
        out = socket.getOutputStream();
    }

    /**
     * Connects and ends the handshake.
     *
     * @param patience how long a read or a write waits
     * @param protocols offered by ALPN, such as {@code h2}; none for HTTP/1.1
     */
    public static RawConnection open(Endpoint endpoint, Duration patience, String... protocols) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(Math.toIntExact(patience.toMillis()));
            plain.connect(
                    new InetSocketAddress(
                            endpoint.base().getHost(), endpoint.base().getPort()),
                    CONNECT_MILLIS);
            SSLSocket tls = (SSLSocket) endpoint.trust()
                    .getSocketFactory()
                    .createSocket(plain, "localhost", endpoint.base().getPort(), true);
            if (protocols.length > 0) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setApplicationProtocols(protocols);
                tls.setSSLParameters(parameters);
            }
            tls.startHandshake();
            return new RawConnection(plain, tls, patience);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /**
     * Sends bytes as they are.
     *
     * @throws SocketTimeoutException if the other side does not take them in time; sockets know no time limit for writes
     */
    public void write(byte[] bytes) throws IOException {
        Thread limit = Thread.ofVirtual().start(this::closeWhenLate);
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException e) {
            if (late) {
                SocketTimeoutException timeout =
                        new SocketTimeoutException("not read within " + patience.toSeconds() + " s");
                timeout.initCause(e);
                throw timeout;
            }
            throw e;
        } finally {
            limit.interrupt();
        }
    }

    private void closeWhenLate() {
        try {
            Thread.sleep(patience);
            late = true;
            close();
        } catch (InterruptedException e) {
            // Written in time.
        }
    }

    /** Sends a request and does not look at what comes back. */
    public void start(Request request) throws IOException {
        write(request.head());
        if (request.body().length > 0) {
            write(request.body());
        }
    }

    /**
     * Sends a request and reads its answer to the end.
     *
     * @param keep how many bytes of the body to keep
     */
    public Reply send(Request request, int keep) throws IOException {
        long start = System.nanoTime();
        IOException cut = null;
        try {
            start(request);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // A server that refuses a body does not read it to its end; its answer may be here all the same.
            cut = e;
        }
        try {
            return read(start, keep);
        } catch (IOException e) {
            if (cut != null) {
                e.addSuppressed(cut);
            }
            throw e;
        }
    }

    /** Reads the head of an answer only. */
    public int status() throws IOException {
        int status = statusOf(line());
        headers();
        return status;
    }

    private Reply read(long start, int keep) throws IOException {
        int status = statusOf(line());
        Map<String, String> headers = headers();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        long bytes = 0;
        if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
            for (int size = chunk(); size > 0; size = chunk()) {
                drain(size, keep, kept);
                line();
                bytes += size;
            }
            line();
        } else if (headers.containsKey("content-length")) {
            bytes = Long.parseLong(headers.get("content-length"));
            drain(bytes, keep, kept);
        }
        return new Reply(status, headers, kept.toByteArray(), bytes, System.nanoTime() - start);
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private static int statusOf(String line) throws IOException {
        if (!line.startsWith("HTTP/1.1 ")) {
            throw new IOException("not an answer: " + line.substring(0, Math.min(80, line.length())));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line().split(";")[0].strip(), 16);
    }

    private void drain(long length, int keep, ByteArrayOutputStream kept) throws IOException {
        byte[] buffer = new byte[8192];
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the answer ends early");
            }
            kept.write(buffer, 0, Math.min(read, Math.max(0, keep - kept.size())));
            left -= read;
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ends before an answer");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(ISO_8859_1);
    }

    /** Cuts the connection without the farewell of TLS, which a server that does not read would make wait. */
    @Override
    public void close() {
        try {
            plain.setSoLinger(true, 0);
            plain.close();
        } catch (IOException e) {
            // Cut already.
        }
    }
}
