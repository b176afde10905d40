package dev.breakwater.bench.drill;

import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Request;
import java.util.ArrayList;
import java.util.List;

/** Row f: what goes out. */
final class AnswerCases {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final int HOLD_MILLIS = 5_000;

    private AnswerCases() {}

    static List<Case> all() {
        return Case.of(
                Case.answered("f", "lists-gzip", "64 full lists with gzip at once", scene -> lists(scene, 64, true)),
                Case.answered(
                        "f", "lists-plain", "24 full lists without gzip at once", scene -> lists(scene, 24, false)),
                Case.answered(
                        "f",
                        "lists-yaml",
                        "12 full lists as YAML at once",
                        scene -> scene.together(12, _ -> scene.send(full(scene).with("Accept", "application/yaml")))),
                Case.answered(
                        "f",
                        "lists-pretty",
                        "16 full lists, indented, at once",
                        scene -> scene.together(
                                16, _ -> Sends.get(scene, scene.paths().all() + "?pretty=true"))),
                Case.answered(
                        "f",
                        "lists-table",
                        "64 tables with the whole objects at once",
                        scene -> scene.together(
                                64,
                                _ -> scene.send(Request.get(
                                                scene.paths().all() + "?includeObject=Object",
                                                scene.paths().attacker())
                                        .with("Accept", TABLE)))),
                Case.answered(
                        "f",
                        "lists-unread",
                        "100 full lists that nobody reads",
                        scene -> unread(scene, 100, full(scene).with("Accept-Encoding", "gzip"))),
                Case.answered(
                        "f",
                        "lists-unread-plain",
                        "100 full lists without gzip that nobody reads",
                        scene -> unread(scene, 100, full(scene))),
                Case.answered(
                        "f", "lists-cut", "200 full lists that are cut after their first bytes", AnswerCases::cut),
                Case.answered(
                        "f",
                        "gets-unread",
                        "400 connections, each with 20 gets whose answers nobody reads",
                        scene -> pipelined(scene, 400, 20)),
                Case.answered(
                        "f",
                        "watches-unread",
                        "1,000 watches from the start that nobody reads",
                        scene -> unread(
                                scene,
                                1_000,
                                Request.get(
                                        scene.paths().all() + "?watch=true&resourceVersion=0&timeoutSeconds=60",
                                        scene.paths().attacker()))));
    }

    private static Request full(Scene scene) {
        return Request.get(scene.paths().all(), scene.paths().attacker());
    }

    static void lists(Scene scene, int times, boolean gzip) throws InterruptedException {
        Request list = gzip ? full(scene).with("Accept-Encoding", "gzip") : full(scene);
        scene.together(times, _ -> scene.send(list));
    }

    private static void unread(Scene scene, int times, Request request) throws Exception {
        List<RawConnection> held = new ArrayList<>();
        scene.together(50, number -> {
            for (int i = number; i < times; i += 50) {
                RawConnection connection = scene.open();
                synchronized (held) {
                    held.add(connection);
                }
                connection.start(request);
            }
        });
        scene.note(held.size() + " answers left unread");
        Thread.sleep(HOLD_MILLIS);
        held.forEach(RawConnection::close);
    }

    private static void cut(Scene scene) throws InterruptedException {
        scene.together(20, _ -> {
            for (int i = 0; i < 10; i++) {
                try (RawConnection connection = scene.open()) {
                    connection.start(full(scene));
                    scene.count(connection.status(), "");
                }
            }
        });
    }

    private static void pipelined(Scene scene, int connections, int each) throws Exception {
        Request get = Request.get(scene.paths().known(), scene.paths().attacker());
        List<RawConnection> held = new ArrayList<>();
        scene.together(50, number -> {
            for (int i = number; i < connections; i += 50) {
                RawConnection connection = scene.open();
                synchronized (held) {
                    held.add(connection);
                }
                for (int j = 0; j < each; j++) {
                    connection.start(get);
                }
            }
        });
        Thread.sleep(HOLD_MILLIS);
        held.forEach(RawConnection::close);
    }
}
