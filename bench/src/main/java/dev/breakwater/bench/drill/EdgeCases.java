package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Sends.bytes;

import dev.breakwater.bench.wire.Http2Frames;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows e and g: before anybody is known, and what probes and handshakes wait for. */
final class EdgeCases {
    private static final int HOLD_MILLIS = 4_000;

    private EdgeCases() {}

    static List<Case> all() {
        return Case.of(
                Case.answered(
                        "e",
                        "heads-unfinished",
                        "60 connections with a megabyte of one header that never ends",
                        scene ->
                                unfinished(scene, 60, "GET / HTTP/1.1\r\nHost: a\r\nX-Long: ", "x".repeat(8_192), 128)),
                Case.answered(
                        "e",
                        "heads-many-fields",
                        "60 connections with a megabyte of small headers",
                        scene -> unfinished(
                                scene, 60, "GET / HTTP/1.1\r\nHost: a\r\n", "X-A: b\r\n".repeat(1_024), 128)),
                Case.answered(
                        "e",
                        "heads-line",
                        "60 connections with a request line of a megabyte that never ends",
                        scene -> unfinished(scene, 60, "GET /", "%41a/".repeat(1_638), 128)),
                Case.answered(
                        "e",
                        "heads-authorization",
                        "60 connections with a bearer token of a megabyte",
                        scene -> unfinished(
                                scene,
                                60,
                                "GET /apis HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ",
                                "t".repeat(8_192),
                                128)),
                Case.answered(
                        "e",
                        "heads-h2",
                        "40 HTTP/2 connections with a head that goes on and on",
                        scene -> continuations(scene, 40, 128)),
                Case.answered(
                        "e",
                        "resets-h2",
                        "20,000 streams opened and reset at once on one connection",
                        scene -> resets(scene, 20_000)),
                Case.answered(
                        "e",
                        "pings-h2",
                        "100,000 pings and settings whose answers nobody reads",
                        scene -> pings(scene, 100_000)),
                Case.answered("e", "connections-silent", "1,000 connections that say nothing", EdgeCases::silent),
                Case.answered(
                        "e",
                        "handshakes-unfinished",
                        "300 connections that begin a handshake and stop",
                        EdgeCases::half),
                Case.answered(
                        "e",
                        "bodies-anonymous",
                        "100 anonymous bodies of 60 MB that stop after a few bytes",
                        scene -> anonymousBodies(scene, 100)),
                Case.refused(
                        "e",
                        "selectors-anonymous",
                        "12 anonymous requests with selectors of 770 kB",
                        scene -> selectors(scene, 12, "labelSelector=" + "a%2C".repeat(192_500), "")),
                Case.refused(
                        "e",
                        "selectors-set-anonymous",
                        "12 anonymous requests with sets of 770 kB",
                        scene -> selectors(scene, 12, "labelSelector=k+in+%28" + "a%2C".repeat(192_000) + "a%29", "")),
                Case.refused(
                        "e",
                        "fields-anonymous",
                        "12 anonymous requests with field selectors of 770 kB",
                        scene -> selectors(scene, 12, "fieldSelector=" + "metadata.name%21%3Da%2C".repeat(33_000), "")),
                Case.refused(
                        "e",
                        "queries-anonymous",
                        "12 anonymous requests with 150,000 parameters",
                        scene -> selectors(scene, 12, "a=b&".repeat(190_000), "")),
                Case.answered(
                        "e",
                        "selectors-long",
                        "12 requests of a user with the longest selector that a head holds",
                        scene -> selectors(
                                scene,
                                12,
                                "labelSelector=" + "a%2C".repeat(15_000),
                                scene.paths().attacker())),
                Case.answered(
                        "e",
                        "tokens-unknown",
                        "2,000 requests with tokens that nobody has",
                        scene -> scene.together(20, number -> {
                            for (int i = 0; i < 100; i++) {
                                scene.send(Request.get(scene.paths().all() + "?limit=1", "t-" + number + "-" + i));
                            }
                        })),
                Case.answered(
                        "g",
                        "handshakes",
                        "2,000 handshakes, 20 at once",
                        scene -> scene.together(20, _ -> {
                            for (int i = 0; i < 100; i++) {
                                scene.send(Request.get("/livez", ""));
                            }
                        })),
                Case.answered("g", "heavy-creates", "16 at once that create reports of 5 MB, 4 each", scene -> {
                    byte[] findings = Texts.listed(
                            "\"x\":[",
                            40_000,
                            i -> "{\"a\":\"finding " + i + "\",\"b\":[1.5,2.25,\"" + "w".repeat(80) + "\"]}",
                            "]");
                    scene.together(16, number -> {
                        for (int i = 0; i < 4; i++) {
                            Sends.create(scene, Texts.report("g-" + number + "-" + i, findings, new byte[0]));
                        }
                    });
                }),
                Case.answered(
                        "g",
                        "heavy-selectors",
                        "16 at once that list by a selector with 1,000 values",
                        scene -> scene.together(16, _ -> {
                            for (int i = 0; i < 5; i++) {
                                Sends.get(
                                        scene,
                                        scene.paths().all() + "?limit=500&labelSelector=app+notin+%28"
                                                + "v%2C".repeat(1_000) + "z%29");
                            }
                        })),
                Case.answered(
                        "g",
                        "gzip-bodies",
                        "8 bodies that say gzip and are 200 times as long inside",
                        scene -> scene.together(
                                8,
                                _ -> scene.send(Request.of(
                                                "POST",
                                                Sends.drill(scene),
                                                "application/json",
                                                Gzip.zeros(100_000_000),
                                                scene.paths().attacker())
                                        .with("Content-Encoding", "gzip")))));
    }

    private static void unfinished(Scene scene, int connections, String start, String more, int times)
            throws Exception {
        List<RawConnection> held = new ArrayList<>();
        scene.together(connections, _ -> {
            RawConnection connection = scene.open();
            synchronized (held) {
                held.add(connection);
            }
            try {
                connection.write(bytes(start));
                for (int i = 0; i < times; i++) {
                    connection.write(bytes(more));
                }
                scene.note("held");
            } catch (IOException e) {
                scene.count(answerOf(connection), "");
            }
        });
        Thread.sleep(HOLD_MILLIS);
        held.forEach(RawConnection::close);
    }

    /** What the server said before it cut. */
    private static int answerOf(RawConnection connection) {
        try {
            return connection.status();
        } catch (IOException e) {
            return Scene.CUT;
        }
    }

    private static void continuations(Scene scene, int connections, int times) throws Exception {
        List<RawConnection> held = new ArrayList<>();
        scene.together(connections, _ -> {
            RawConnection connection = RawConnection.open(scene.endpoint(), Scene.PATIENCE, "h2");
            synchronized (held) {
                held.add(connection);
            }
            try {
                connection.write(Http2Frames.preface());
                connection.write(Http2Frames.openHead(1));
                for (int i = 0; i < times; i++) {
                    connection.write(Http2Frames.continuation(1, 8_192));
                }
                scene.note("held");
            } catch (IOException e) {
                scene.count(Scene.CUT, "");
            }
        });
        Thread.sleep(HOLD_MILLIS);
        held.forEach(RawConnection::close);
    }

    private static void resets(Scene scene, int streams) throws Exception {
        scene.together(1, _ -> {
            try (RawConnection connection = RawConnection.open(scene.endpoint(), Scene.PATIENCE, "h2")) {
                connection.write(Http2Frames.preface());
                for (int i = 0; i < streams; i++) {
                    connection.write(Http2Frames.getAndReset(1 + 2 * i, "/livez"));
                }
                scene.note("took all");
            }
        });
        Thread.sleep(HOLD_MILLIS / 4);
    }

    private static void pings(Scene scene, int pings) throws Exception {
        scene.together(4, _ -> {
            try (RawConnection connection = RawConnection.open(scene.endpoint(), Scene.PATIENCE, "h2")) {
                connection.write(Http2Frames.preface());
                for (int i = 0; i < pings / 100; i++) {
                    connection.write(Http2Frames.pings(100));
                }
                scene.note("took all");
            }
        });
    }

    private static void silent(Scene scene) throws Exception {
        List<RawConnection> held = new ArrayList<>();
        scene.together(50, _ -> {
            for (int i = 0; i < 20; i++) {
                RawConnection connection = scene.open();
                synchronized (held) {
                    held.add(connection);
                }
            }
        });
        scene.note(held.size() + " connections held");
        Thread.sleep(HOLD_MILLIS);
        held.forEach(RawConnection::close);
    }

    /** The first bytes of a ClientHello, and no more. */
    private static void half(Scene scene) throws Exception {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Socket socket = new Socket();
            held.add(socket);
            socket.connect(
                    new InetSocketAddress(
                            scene.endpoint().base().getHost(),
                            scene.endpoint().base().getPort()),
                    5_000);
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
        }
        Thread.sleep(HOLD_MILLIS);
        for (Socket socket : held) {
            socket.close();
        }
    }

    private static void anonymousBodies(Scene scene, int connections) throws Exception {
        List<RawConnection> held = new ArrayList<>();
        scene.together(connections, _ -> {
            RawConnection connection = scene.open();
            synchronized (held) {
                held.add(connection);
            }
            connection.write(
                    bytes(
                            "POST " + Sends.drill(scene)
                                    + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 60000000\r\n\r\n{\"a\":"));
            scene.count(connection.status(), "");
        });
        held.forEach(RawConnection::close);
    }

    private static void selectors(Scene scene, int times, String query, String token) throws Exception {
        scene.together(
                times,
                _ -> scene.send(
                        new Request("GET", scene.paths().all() + "?" + query, Map.of(), new byte[0]).as(token)));
    }
}
