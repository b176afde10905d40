package dev.breakwater.bench.compare;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.meter.CpuTimes;
import dev.breakwater.bench.meter.Latencies;
import dev.breakwater.bench.side.Side;
import dev.breakwater.bench.wire.Call;
import dev.breakwater.bench.wire.Connection;
import dev.breakwater.bench.wire.ObjectHead;
import dev.breakwater.bench.wire.WatchLines;
import dev.breakwater.bench.workload.Body;
import dev.breakwater.bench.workload.Report;
import dev.breakwater.bench.workload.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the moment an update is sent until its event, the whole report, is with each of ten watchers. The next update is sent when
 * the last one has reached everybody.
 */
final class WatchWork {
    private static final int WATCHERS = 10;
    private static final int UPDATES = 200;
    private static final long LONGEST_SECONDS = 30;
    private static final String MARK = "bench.breakwater.dev/sent";
    private static final Pattern SENT = Pattern.compile("\"bench\\.breakwater\\.dev/sent\":\"(-?\\d+)\"");

    private final Side side;
    private final Workload workload;
    private final Clients clients;

    WatchWork(Side side, Workload workload, Clients clients) {
        this.side = side;
        this.workload = workload;
        this.clients = clients;
    }

    Measured measure() {
        List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
        List<Connection> watchers = new ArrayList<>();
        Semaphore seen = new Semaphore(0);
        try {
            String from = ObjectHead.resourceVersion(
                    clients.first().expect(Call.get(side.reports() + "?limit=1").accepting(Call.METADATA)));
            String query = "?watch=true&allowWatchBookmarks=true&timeoutSeconds=600&resourceVersion=" + from;
            for (int i = 0; i < WATCHERS; i++) {
                Connection connection = clients.another();
                watchers.add(connection);
                connection.watch(side.reports() + query, new WatchLines((line, arrived) -> {
                    Matcher sent = SENT.matcher(line);
                    if (sent.find()) {
                        latencies.add(arrived - Long.parseLong(sent.group(1)));
                        seen.release();
                    }
                }));
            }
            CpuTimes cpu = side.cpu();
            long nanos = 0;
            for (int i = 0; i < UPDATES; i++) {
                nanos += update(
                        workload.reports()
                                .get((int) (i * 7_919L % workload.reports().size())),
                        seen);
            }
            Latencies all = new Latencies(latencies);
            return new Measured(UPDATES, nanos / 1e9, all, all, 0, side.cpu().since(cpu));
        } finally {
            watchers.forEach(Connection::close);
        }
    }

    /** Returns the time until the last watcher had it. */
    private long update(Report report, Semaphore seen) {
        long start = System.nanoTime();
        String patch = "{\"metadata\":{\"annotations\":{\"%s\":\"%d\"}}}".formatted(MARK, start);
        clients.first()
                .expect(Call.patch(
                        side.reports(report.namespace()) + "/" + report.name(),
                        Call.MERGE_PATCH,
                        Body.of(patch.getBytes(UTF_8))));
        try {
            if (!seen.tryAcquire(WATCHERS, LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("%s: %d of %d watchers did not see an update within %d s"
                        .formatted(side.name(), WATCHERS - seen.availablePermits(), WATCHERS, LONGEST_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return System.nanoTime() - start;
    }
}
