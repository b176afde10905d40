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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
    void whoeverSaysNothingGoesBeforeWhoeverIsInAHandshake() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            Socket speaking = plain(edge);
            // The head of a TLS record; the handshake in it is still to come.
            speaking.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00});
            Awaitility.await().until(() -> edge.doorway().unreadBytes() == 5);
            for (int i = 0; i < 9; i++) {
                plain(edge);
            }
            Awaitility.await()
                    .pollDelay(Duration.ofMillis(200))
                    .until(() -> edge.doorway().strangers() == 10);
            for (int i = 0; i < 5; i++) {
                plain(edge);
            }
            Awaitility.await().until(() -> edge.doorway().pushedOut() >= 5);
            // What it said is still held: it is there, though it is the oldest.
            assertThat(edge.doorway().unreadBytes()).isEqualTo(5);
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
                TestEdge.start(endpoint, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 10_000), SMALL)) {
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

    @Test
    void smallHeadersThatNeverEndCountForWhatTheyTakeInMemory() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            SSLSocket known = connect(edge, TestEdge.ADMIN, null);
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
            for (int i = 0; i < 8; i++) {
                // 5 KB of text, and 160 KB of objects.
                begin(connect(edge, i % 2 == 0 ? null : TestEdge.ADMIN, null), "a:b\r\n".repeat(1_000));
            }
            Awaitility.await().until(() -> edge.doorway().pushedOut() >= 5);
            assertThat(edge.doorway().unreadBytes()).isLessThanOrEqualTo(SMALL.unreadBytes());
            assertThat(ask(known, KEEP)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void smallHeadersOfRequestsInProgressCountForWhatTheyTakeInMemory() throws Exception {
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
                TestEdge.start(endpoint, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 10_000), SMALL)) {
            String get = "GET " + REPORTS + "/a HTTP/1.1\r\nHost: x\r\n" + "a:b\r\n".repeat(350) + "\r\n";
            SSLSocket one = connect(edge, TestEdge.ADMIN, null);
            one.getOutputStream().write(get.getBytes(StandardCharsets.UTF_8));
            Awaitility.await().until(() -> running.get() == 1);
            assertThat(ask(connect(edge, TestEdge.ADMIN, null), get)).startsWith("HTTP/1.1 429");
            assertThat(http2(edge, 350)).isEqualTo(429);
            release.countDown();
            Awaitility.await().until(() -> edge.doorway().headBytes() == 0);
            assertThat(http2(edge, 350)).isEqualTo(200);
        }
    }

    @Test
    void thousandsOfGroupsAreServedAndMoreHeadersThanAnyUserHasAre431() throws Exception {
        try (TestEdge edge = edge(DoorwayLimits.defaults())) {
            String head = "GET /apis HTTP/1.1\r\nHost: x\r\n";
            String group = "X-Remote-Group: g\r\n";
            assertThat(ask(connect(edge, null, null), head + group.repeat(3_900) + "\r\n"))
                    .startsWith("HTTP/1.1 200");
            assertThat(ask(connect(edge, null, null), head + group.repeat(4_100) + "\r\n"))
                    .startsWith("HTTP/1.1 431");
            assertThat(http2(edge, 3_900)).isEqualTo(200);
            assertThat(http2(edge, 4_100)).isEqualTo(431);
        }
    }

    @Test
    void whatTheParserKeptOfALongHeadEndsWithItsConnection() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            SSLSocket one = connect(edge, TestEdge.ADMIN, null);
            String get = "GET /apis HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(50 * 1024) + "\r\n\r\n";
            assertThat(ask(one, get)).startsWith("HTTP/1.1 200").contains("Connection: close");
            assertThat(isClosed(one)).isTrue();
        }
    }

    @Test
    void trailersAreNotKept() throws Exception {
        AtomicReference<Map<String, String>> trailers = new AtomicReference<>();
        ResourceEndpoint endpoint = request -> {
            request.http().getInputStream().readAllBytes();
            trailers.set(request.http().getTrailerFields());
        };
        try (TestEdge edge =
                TestEdge.start(endpoint, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 10_000), SMALL)) {
            String post =
                    "POST " + REPORTS + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
                            + "a:b\r\n".repeat(100) + "\r\n";
            SSLSocket one = connect(edge, TestEdge.ADMIN, null);
            assertThat(ask(one, post)).startsWith("HTTP/1.1 200");
            assertThat(trailers.get()).isEmpty();
            assertThat(ask(one, KEEP)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void whoeverHoldsAllConnectionsGivesOneUpForANewcomer() throws Exception {
        try (TestEdge edge = edge(SMALL)) {
            SSLSocket aggregator = connect(edge, TestEdge.client("aggregator"), null);
            assertThat(ask(aggregator, KEEP)).startsWith("HTTP/1.1 200");
            List<SSLSocket> greedy = new ArrayList<>();
            for (int i = 1; i < SMALL.connections(); i++) {
                SSLSocket one = connect(edge, TestEdge.ADMIN, null);
                assertThat(ask(one, KEEP)).startsWith("HTTP/1.1 200");
                greedy.add(one);
            }
            SSLSocket newcomer = connect(edge, TestEdge.client("other"), null);
            assertThat(ask(newcomer, KEEP)).startsWith("HTTP/1.1 200");
            assertThat(isClosed(greedy.getFirst())).isTrue();
            assertThat(edge.doorway().pushedOut()).isEqualTo(1);
            assertThat(ask(aggregator, KEEP)).startsWith("HTTP/1.1 200");
        }
    }

    private static int http2(TestEdge edge, int headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(edge.uri(REPORTS + "/a"));
        for (int i = 0; i < headers; i++) {
            request.header("x-remote-group", "g");
        }
        try (HttpClient client = TestEdge.http(TestEdge.ADMIN, HttpClient.Version.HTTP_2)) {
            return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static TestEdge edge(DoorwayLimits limits) {
        return TestEdge.start(request -> {}, FairnessSettings.of(FairnessSettings.CONTROLLER, 2, 10_000), limits);
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
        begin(socket, "X-Long: " + "a".repeat(bytes));
    }

    private static void begin(SSLSocket socket, String headers) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(("GET /livez HTTP/1.1\r\nHost: x\r\n" + headers).getBytes(StandardCharsets.UTF_8));
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
