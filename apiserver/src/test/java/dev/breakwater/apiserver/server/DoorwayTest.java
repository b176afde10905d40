package dev.breakwater.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What may be held before anybody is known, with limits that a test fills in a moment. */
class DoorwayTest {
    private static final String REPORTS = "/apis/aquasecurity.github.io/v1alpha1/namespaces/t/vulnerabilityreports";
    private static final DoorwayLimits SMALL = new DoorwayLimits(30, 10, 256 * 1024, 64 * 1024, Duration.ofMinutes(5));
    private static final String KEEP = "GET /apis HTTP/1.1\r\nHost: x\r\n\r\n";

    private final List<Closeable> open = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (Closeable one : open) {
            one.close();
        }
    }

    @Test
    void headsThatNeverEndPushEachOtherOutAndNobodyElse() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            SSLSocket known = connect(edge, TestEdge.ADMIN, null);
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
            List<SSLSocket> endless = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SSLSocket one = connect(edge, null, null);
                endless.add(one);
                sendHead(one, 100 * 1024);
            }
            Awaitility.await().until(() -> edge.doorway().pushedOut() >= 5);
            assertThat(edge.doorway().unreadBytes()).isLessThanOrEqualTo(SMALL.unreadBytes());
            assertThat(isClosed(endless.getFirst())).isTrue();
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
            assertThat(edge.get(TestEdge.ADMIN, "/apis").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void headsOfKnownUsersThatNeverEndAreBoundedToo() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            for (int i = 0; i < 8; i++) {
                SSLSocket one = connect(edge, TestEdge.ADMIN, null);
                assertThat(ask(one, KEEP)).startsWith("HTTP/1.1 200");
                sendHead(one, 100 * 1024);
            }
            Awaitility.await().until(() -> edge.doorway().pushedOut() >= 5);
            assertThat(edge.doorway().unreadBytes()).isLessThanOrEqualTo(SMALL.unreadBytes());
        }
    }

    @Test
    void headersOfStreamsThatNeverEndPushEachOtherOut() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            for (int i = 0; i < 8; i++) {
                sendContinuations(connect(edge, null, "h2"), 100 * 1024);
            }
            // Pushed out, or closed by the pool that has no more room for what its head is to be.
            Awaitility.await().until(() -> edge.doorway().connections() <= 3);
            assertThat(edge.doorway().unreadBytes()).isLessThanOrEqualTo(SMALL.unreadBytes());
            assertThat(edge.get(TestEdge.ADMIN, "/apis").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void moreStrangersThanMayBeThereCloseTheOldest() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            Socket first = plain(edge);
            for (int i = 0; i < 40; i++) {
                plain(edge);
            }
            Awaitility.await().until(() -> edge.doorway().pushedOut() >= 30);
            assertThat(edge.doorway().strangers()).isLessThanOrEqualTo(10);
            assertThat(isClosed(first)).isTrue();
            assertThat(edge.get(TestEdge.ADMIN, "/apis").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aHandshakeOrAHeadThatTakesTooLongIsCutOff() throws Exception {
        try (TestEdge edge = edge(new DoorwayLimits(30, 10, 256 * 1024, 64 * 1024, Duration.ofMillis(200)))) {
            Socket silent = plain(edge);
            Socket half = plain(edge);
            half.getOutputStream().write(new byte[] {0x16, 3, 1, 1, 0, 1});
            half.getOutputStream().flush();
            SSLSocket slow = connect(edge, null, null);
            slow.getOutputStream().write("GET /livez HTTP/1.1\r\nHo".getBytes(StandardCharsets.UTF_8));
            SSLSocket known = connect(edge, TestEdge.ADMIN, null);
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
            for (Socket one : List.of(silent, half, slow)) {
                assertThat(isClosed(one)).isTrue();
            }
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void longHeadsOfRequestsInProgressAreBounded() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        ResourceEndpoint endpoint = request -> {
            running.incrementAndGet();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (TestEdge edge =
                TestEdge.start(endpoint, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 112L << 20), SMALL)) {
            SSLSocket one = connect(edge, TestEdge.ADMIN, null);
            String get = "GET " + REPORTS + "/a HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(50 * 1024) + "\r\n\r\n";
            one.getOutputStream().write(get.getBytes(StandardCharsets.UTF_8));
            Awaitility.await().until(() -> running.get() == 1);
            String refused = ask(connect(edge, TestEdge.ADMIN, null), get);
            assertThat(refused).startsWith("HTTP/1.1 429").contains("Retry-After: 1");
            release.countDown();
            Awaitility.await().until(() -> edge.doorway().headBytes() == 0);
            assertThat(ask(connect(edge, TestEdge.ADMIN, null), get)).startsWith("HTTP/1.1 200");
        }
    }

    private static TestEdge edge(DoorwayLimits limits) {
        return TestEdge.start(request -> {}, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 112L << 20), limits);
    }

    private Socket plain(TestEdge edge) throws IOException {
        Socket socket = new Socket("127.0.0.1", edge.port());
        open.add(socket);
        return socket;
    }

    private SSLSocket connect(TestEdge edge, @Nullable TlsIdentity identity, @Nullable String protocol)
            throws IOException {
        SSLSocket socket = (SSLSocket) TestEdge.tls(identity).getSocketFactory().createSocket("127.0.0.1", edge.port());
        open.add(socket);
        if (protocol != null) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
        }
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static void sendHead(SSLSocket socket, int bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(bytes))
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            // Cut off while it sends.
        }
    }

    /** A head of HTTP/2 that goes on in frames of 16,000 bytes. */
    private static void sendContinuations(SSLSocket socket, int bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            byte[] frame = new byte[9 + 16_000];
            frame[1] = (byte) (16_000 >> 8);
            frame[2] = (byte) 16_000;
            frame[8] = 1;
            for (int sent = 0; sent < bytes; sent += 16_000) {
                frame[3] = (byte) (sent == 0 ? 1 : 9);
                out.write(frame);
            }
            out.flush();
        } catch (IOException e) {
            // Cut off while it sends.
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        try {
            InputStream in = socket.getInputStream();
            while (in.read() >= 0) {
                // What the server said before it hung up.
                continue;
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String ask(SSLSocket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        int length = 0;
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("closed after: " + head);
            }
            head.write(b);
        }
        for (String line : head.toString(StandardCharsets.UTF_8).split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        in.readNBytes(length);
        return head.toString(StandardCharsets.UTF_8);
    }
}
