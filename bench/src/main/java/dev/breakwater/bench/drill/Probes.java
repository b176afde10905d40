package dev.breakwater.bench.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.meter.Latencies;
import dev.breakwater.bench.wire.Endpoint;
import dev.breakwater.bench.wire.RawConnection;
import dev.breakwater.bench.wire.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What everybody else notices: {@code /livez} every 200 ms on a connection of its own, handshake included, as kubelet does it; and
 * small gets and small creates of another user on a connection each.
 *
 * <p>Threading: three platform threads until {@link #end()}; each fills a list of its own that is read after its end.
 */
final class Probes {
    /** An answer later than this is counted as this long and as failed. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Endpoint endpoint;
    private final String path;
    private final Small small;
    private final Series live = new Series();
    private final Series gets = new Series();
    private final Series creates = new Series();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    /**
     * @param path of the collection in which the small objects lie
     * @param small how they look
     */
    Probes(Endpoint endpoint, String path, Small small) {
        this.endpoint = endpoint;
        this.path = path;
        this.small = small;
    }

    /** A small object of some name, as JSON. */
    @FunctionalInterface
    interface Small {
        String named(String name);
    }

    /** The object that gets ask for; made once for each server. */
    static final String KNOWN = "drill-known";

    Probes start() {
        String token = endpoint.token();
        threads.add(Thread.ofPlatform().name("drill-livez").daemon().start(this::live));
        threads.add(Thread.ofPlatform()
                .name("drill-get")
                .daemon()
                .start(() -> loop(gets, 20, 200, () -> Request.get(path + "/" + KNOWN, token))));
        threads.add(Thread.ofPlatform()
                .name("drill-create")
                .daemon()
                .start(() -> loop(
                        creates,
                        40,
                        201,
                        () -> create("drill-small-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet()))));
        return this;
    }

    Request create(String name) {
        return Request.of("POST", path, "application/json", small.named(name).getBytes(UTF_8), endpoint.token());
    }

    Measured end() throws InterruptedException {
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return new Measured(live.outcome(), gets.outcome(), creates.outcome());
    }

    private void live() {
        while (!ended) {
            long start = System.nanoTime();
            boolean good = false;
            try (RawConnection connection = RawConnection.open(endpoint, PATIENCE)) {
                good = connection.send(Request.get("/livez", ""), 0).status() == 200;
            } catch (IOException e) {
                // Counted as failed.
            }
            live.add(System.nanoTime() - start, good);
            pause(200);
        }
    }

    private void loop(Series series, int pause, int wanted, RequestSource source) {
        RawConnection connection = null;
        while (!ended) {
            long start = System.nanoTime();
            boolean good = false;
            try {
                if (connection == null) {
                    connection = RawConnection.open(endpoint, PATIENCE);
                }
                good = connection.send(source.next(), 0).status() == wanted;
            } catch (IOException e) {
                close(connection);
                connection = null;
            }
            series.add(System.nanoTime() - start, good);
            pause(good ? pause : 200);
        }
        close(connection);
    }

    private static void close(@Nullable RawConnection connection) {
        if (connection != null) {
            connection.close();
        }
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface RequestSource {
        Request next();
    }

    /** Threading: filled by one thread, read when it has ended. */
    private static final class Series {
        private final List<Long> nanos = new ArrayList<>();
        private int failed;

        void add(long wait, boolean good) {
            nanos.add(wait);
            failed += good ? 0 : 1;
        }

        Waits outcome() {
            if (nanos.isEmpty()) {
                return new Waits(0, 0, 0, 0, 0);
            }
            Latencies latencies = new Latencies(nanos);
            return new Waits(
                    latencies.count(), failed, latencies.median(), latencies.percentile(99), latencies.percentile(100));
        }
    }

    /**
     * Waits for one kind of request, in milliseconds.
     *
     * @param failed answers of another status than wanted, and none at all
     */
    record Waits(int count, int failed, double p50, double p99, double longest) {}

    /** What the three probes saw. */
    record Measured(Waits live, Waits get, Waits create) {}
}
