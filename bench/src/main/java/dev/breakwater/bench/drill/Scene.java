package dev.breakwater.bench.drill;

import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Reply;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * What a case does its work with: a server, and the tally of its answers.
 *
 * <p>Threading: the tally takes answers from any thread.
 */
final class Scene {
    /** The server cut the connection without an answer. */
    static final int CUT = 0;

    /** There was no answer in time. */
    static final int NONE = -1;

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WORDS = 600;

    private final Endpoint endpoint;
    private final Paths paths;
    private final ConcurrentSkipListMap<Integer, Integer> statuses = new ConcurrentSkipListMap<>();
    private final Map<Integer, String> words = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();
    private final Map<String, Double> figures = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();

    Scene(Endpoint endpoint, Paths paths) {
        this.endpoint = endpoint;
        this.paths = paths;
    }

    /**
     * Where the reports are on the side that is drilled.
     *
     * @param all path of the collection in the whole cluster
     * @param filled namespaces in which the full reports lie
     * @param known path of one full report
     * @param attacker token of who sends
     */
    record Paths(String all, List<String> filled, String known, String attacker) {
        /** The API group. */
        String group() {
            return all.split("/")[2];
        }

        /** Collection in one namespace. */
        String in(String namespace) {
            int slash = all.lastIndexOf('/');
            return all.substring(0, slash) + "/namespaces/" + namespace + all.substring(slash);
        }
    }

    Endpoint endpoint() {
        return endpoint;
    }

    Paths paths() {
        return paths;
    }

    RawConnection open() throws IOException {
        return RawConnection.open(endpoint, PATIENCE);
    }

    /** Sends on a connection of its own and counts the answer. */
    void send(Request request) {
        try (RawConnection connection = open()) {
            send(connection, request);
        } catch (IOException e) {
            count(e instanceof SocketTimeoutException ? NONE : CUT, String.valueOf(e.getMessage()));
        }
    }

    /** Sends on a connection that goes on, as long as the server keeps it. */
    boolean send(RawConnection connection, Request request) {
        try {
            Reply reply = connection.send(request, WORDS);
            waits.add(reply.nanos());
            count(reply.status(), reply.status() < 400 ? "" : reply.text());
            return !"close".equals(reply.headers().get("connection"));
        } catch (SocketTimeoutException e) {
            count(NONE, String.valueOf(e.getMessage()));
            return false;
        } catch (IOException e) {
            count(CUT, String.valueOf(e.getMessage()));
            return false;
        }
    }

    void count(int status, String said) {
        statuses.merge(status, 1, Integer::sum);
        if (!said.isEmpty()) {
            words.putIfAbsent(status, said.replaceAll("\\s+", " "));
        }
    }

    /** A figure or an observation of the case's own. */
    void note(String line) {
        notes.add(line);
    }

    /** A number that a bound is about. */
    void figure(String name, double value) {
        figures.put(name, value);
    }

    Map<String, Double> figures() {
        return Map.copyOf(figures);
    }

    /** Runs something many times at once and waits for all. */
    void together(int times, Work work) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    work.run(number);
                } catch (IOException e) {
                    count(e instanceof SocketTimeoutException ? NONE : CUT, String.valueOf(e.getMessage()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    @FunctionalInterface
    interface Work {
        void run(int number) throws IOException, InterruptedException;
    }

    Map<Integer, Integer> statuses() {
        return statuses;
    }

    Map<Integer, String> words() {
        return words;
    }

    /** The longest an answer to the case itself took, in milliseconds. */
    double longestAnswer() {
        return waits.stream().mapToLong(Long::longValue).max().orElse(0) / 1e6;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }
}
