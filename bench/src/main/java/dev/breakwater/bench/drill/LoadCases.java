package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Sends.bytes;

import dev.breakwater.bench.wire.Connection;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import dev.breakwater.bench.wire.WatchLines;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What many honest clients do at once: sent to our server and to kube-apiserver with the same reports as custom resources. */
final class LoadCases {
    static final String WRITES = "writes a second";
    static final String WRITES_ALONE = "writes a second alone";
    static final String EVENTS = "events a second";
    static final String WATCHES = "watches";

    private static final int WRITERS = 20;
    private static final double SECONDS = 10;
    private static final int STREAMS = 90;

    private LoadCases() {}

    static List<Case> all() {
        return Case.of(
                Case.answered("load", "load-lists-gzip", "64 full lists with gzip at once, twice", scene -> {
                    AnswerCases.lists(scene, 64, true);
                    AnswerCases.lists(scene, 64, true);
                }),
                Case.answered("load", "load-lists-plain", "24 full lists without gzip at once, twice", scene -> {
                    AnswerCases.lists(scene, 24, false);
                    AnswerCases.lists(scene, 24, false);
                }),
                Case.answered(
                        "load", "load-watches-read", "1,000 watches that are read, 20 writers once a second", scene -> {
                            LongAdder events = new LongAdder();
                            try (Watches watches = Watches.open(scene, 1_000, events)) {
                                scene.figure(WATCHES, watches.count());
                                long before = events.sum();
                                writes(scene, WRITES, 1_000);
                                scene.figure(EVENTS, (events.sum() - before) / SECONDS);
                            }
                        }),
                Case.answered(
                        "load",
                        "load-watches-unread",
                        "1,000 watches that nobody reads, 20 writers",
                        LoadCases::unread),
                Case.answered(
                        "load",
                        "load-noisy-user",
                        "one user with 200 connections in a loop of gets and lists",
                        scene -> noisy(scene, 200)),
                Case.answered("load", "load-idle-watches", "10,000 idle watches for ten seconds", scene -> {
                    try (Watches watches = Watches.open(scene, 10_000, new LongAdder())) {
                        scene.figure(WATCHES, watches.count());
                        Thread.sleep((long) (SECONDS * 1000));
                    }
                }));
    }

    /** Many watches of small objects over as few connections as streams allow. */
    private static final class Watches implements AutoCloseable {
        private final List<Connection> connections = new ArrayList<>();
        private final AtomicInteger count = new AtomicInteger();

        static Watches open(Scene scene, int wanted, LongAdder events) throws InterruptedException {
            Watches watches = new Watches();
            Endpoint attacker = new Endpoint(
                    scene.endpoint().base(),
                    scene.endpoint().trust(),
                    scene.paths().attacker());
            String path = scene.paths().in(WATCHED) + "?watch=true&resourceVersion=0&timeoutSeconds=300";
            int connections = (wanted + STREAMS - 1) / STREAMS;
            for (int i = 0; i < connections; i++) {
                watches.connections.add(new Connection(attacker));
            }
            scene.together(connections, number -> {
                int streams = Math.min(STREAMS, wanted - number * STREAMS);
                for (int i = 0; i < streams; i++) {
                    try {
                        watches.connections.get(number).watch(path, new WatchLines((_, _) -> events.increment()));
                        watches.count.incrementAndGet();
                    } catch (IllegalStateException e) {
                        scene.count(Scene.NONE, String.valueOf(e.getMessage()));
                        return;
                    }
                }
            });
            return watches;
        }

        int count() {
            return count.get();
        }

        @Override
        public void close() {
            connections.forEach(Connection::close);
        }
    }

    /** Where the objects lie that writers change and watches see. */
    static final String WATCHED = "watched";

    private static void unread(Scene scene) throws Exception {
        writes(scene, WRITES_ALONE, 0);
        List<RawConnection> held = new ArrayList<>();
        Request watch = Request.get(
                scene.paths().in(WATCHED) + "?watch=true&resourceVersion=0&timeoutSeconds=300",
                scene.paths().attacker());
        scene.together(50, number -> {
            for (int i = number; i < 1_000; i += 50) {
                RawConnection connection = scene.open();
                synchronized (held) {
                    held.add(connection);
                }
                connection.start(watch);
            }
        });
        scene.figure(WATCHES, held.size());
        writes(scene, WRITES, 0);
        held.forEach(RawConnection::close);
    }

    /** Each writer changes an object of its own for some seconds. */
    private static void writes(Scene scene, String figure, int pauseMillis) throws InterruptedException {
        LongAdder written = new LongAdder();
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        scene.together(WRITERS, number -> {
            String name = "writer-" + number;
            try (RawConnection connection = scene.open()) {
                connection.send(
                        Request.of(
                                "POST",
                                scene.paths().in(WATCHED),
                                "application/json",
                                bytes(Texts.small(scene.paths().group(), name)),
                                scene.endpoint().token()),
                        0);
                for (int i = 0; System.nanoTime() < end; i++) {
                    Reply reply = connection.send(
                            Request.of(
                                    "PATCH",
                                    scene.paths().in(WATCHED) + "/" + name,
                                    "application/merge-patch+json",
                                    bytes("{\"metadata\":{\"annotations\":{\"turn\":\"" + i + "\"}}}"),
                                    scene.endpoint().token()),
                            200);
                    scene.count(reply.status(), reply.status() < 400 ? "" : reply.text());
                    written.increment();
                    if (pauseMillis > 0) {
                        Thread.sleep(pauseMillis);
                    }
                }
            }
        });
        scene.figure(figure, written.sum() / SECONDS);
    }

    private static void noisy(Scene scene, int connections) throws InterruptedException {
        long end = System.nanoTime() + (long) (SECONDS * 1e9);
        List<String> targets = List.of(
                scene.paths().known(),
                scene.paths().all() + "?limit=50",
                scene.paths().in(scene.paths().filled().getFirst()) + "?limit=20&labelSelector=a%3Db");
        scene.together(connections, number -> {
            RawConnection connection = scene.open();
            try {
                for (int i = number; System.nanoTime() < end; i++) {
                    Request get = Request.get(
                            targets.get(i % targets.size()), scene.paths().attacker());
                    if (!scene.send(connection, get.with("Accept-Encoding", "gzip"))) {
                        connection.close();
                        connection = scene.open();
                    }
                }
            } catch (IOException e) {
                scene.count(Scene.CUT, String.valueOf(e.getMessage()));
            } finally {
                connection.close();
            }
        });
    }
}
