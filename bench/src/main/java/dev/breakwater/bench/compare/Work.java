package dev.breakwater.bench.compare;

import dev.breakwater.bench.meter.CpuTimes;
import dev.breakwater.bench.meter.Latencies;
import dev.breakwater.bench.side.Side;
import dev.breakwater.bench.wire.Answer;
import dev.breakwater.bench.wire.Call;
import dev.breakwater.bench.wire.ObjectHead;
import dev.breakwater.bench.workload.Report;
import dev.breakwater.bench.workload.Workload;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The work itself, one method per row, against one side.
 *
 * <p>Times are on the wire: bodies are made, tokens are looked for and answers are decoded while the clock stands.
 */
final class Work {
    private static final int PAGE = 500;
    private static final double LEAST_SECONDS = 2;
    private static final int LEAST_REPEATS = 5;
    private static final int MOST_REPEATS = 50;

    private final Side side;
    private final Workload workload;
    private final Clients clients;

    Work(Side side, Workload workload, Clients clients) {
        this.side = side;
        this.workload = workload;
        this.clients = clients;
    }

    Measured measure(Row row) {
        return switch (row) {
            case CREATE -> create();
            case RESCAN -> rescan();
            case TABLE -> pages(Call.TABLE);
            case METADATA -> single(Call.get(side.reports()).accepting(Call.METADATA));
            case PAGES -> pages(Call.JSON);
            case LIST -> single(Call.get(side.reports()));
            case SELECTOR -> selector();
            case GET -> get();
            case WATCH -> new WatchWork(side, workload, clients).measure();
        };
    }

    private Measured create() {
        List<Call> calls = workload.reports().stream()
                .map(report -> Call.post(side.reports(report.namespace()), report.create(side.group())))
                .toList();
        return concurrently(calls.size(), (connection, i) -> connection.expect(calls.get(i)));
    }

    /** GET, a new timestamp, PUT: what the daily scan of an unchanged image does. A latency covers both requests. */
    private Measured rescan() {
        return concurrently(workload.reports().size(), (connection, i) -> {
            Report report = workload.reports().get(i);
            String path = side.reports(report.namespace()) + "/" + report.name();
            Answer read = connection.expect(Call.get(path));
            byte[] metadata = ObjectHead.metadata(read);
            Answer written = connection.expect(Call.put(path, report.rescan(side.group(), metadata, 1)));
            return new Answer(
                    written.status(),
                    written.gzip(),
                    written.kept(),
                    read.wireBytes() + written.wireBytes(),
                    read.firstByteNanos(),
                    read.nanos() + written.nanos());
        });
    }

    private Measured get() {
        return concurrently(workload.reports().size(), (connection, i) -> {
            // A step that is prime to any round number visits every report in no order.
            Report report = workload.reports()
                    .get((int) (i * 7_919L % workload.reports().size()));
            return connection.expect(Call.get(side.reports(report.namespace()) + "/" + report.name()));
        });
    }

    /** Pages one after the other, as kubectl reads them; a latency is that of all pages together. */
    private Measured pages(String accept) {
        return repeatedly(() -> {
            long nanos = 0;
            long firstByte = 0;
            long bytes = 0;
            String token = "";
            do {
                String query = "?limit=" + PAGE
                        + (token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
                Answer page = clients.first()
                        .expect(Call.get(side.reports() + query)
                                .accepting(accept)
                                .keepingAll());
                firstByte = firstByte == 0 ? page.firstByteNanos() : firstByte;
                nanos += page.nanos();
                bytes += page.wireBytes();
                token = ObjectHead.continueToken(page);
            } while (!token.isEmpty());
            return new Answer(200, true, new byte[0], bytes, firstByte, nanos);
        });
    }

    /** The first page of full reports. */
    Measured page() {
        return single(Call.get(side.reports() + "?limit=" + PAGE));
    }

    private Measured single(Call call) {
        return repeatedly(() -> clients.first().expect(call));
    }

    /** Ten full reports by one label's value, another value each time. */
    private Measured selector() {
        int[] turn = {0};
        return repeatedly(() -> {
            int pick = turn[0]++ % workload.picks();
            return clients.first().expect(Call.get(side.reports() + "?labelSelector=" + Workload.PICK + "%3Dp" + pick));
        });
    }

    private Measured concurrently(int operations, Clients.Operation operation) {
        CpuTimes cpu = side.cpu();
        long start = System.nanoTime();
        List<Answer> answers = clients.run(operations, operation);
        long nanos = System.nanoTime() - start;
        return summary(answers, nanos, side.cpu().since(cpu));
    }

    /** Until it took two seconds, so that steps of 10 ms of CPU time do not matter. */
    private Measured repeatedly(Supplier<Answer> operation) {
        List<Answer> answers = new ArrayList<>();
        CpuTimes cpu = side.cpu();
        long nanos = 0;
        while (answers.size() < LEAST_REPEATS || nanos < LEAST_SECONDS * 1e9 && answers.size() < MOST_REPEATS) {
            Answer answer = operation.get();
            nanos += answer.nanos();
            answers.add(answer);
        }
        return summary(answers, nanos, side.cpu().since(cpu));
    }

    private static Measured summary(List<Answer> answers, long nanos, CpuTimes cpu) {
        return new Measured(
                answers.size(),
                nanos / 1e9,
                new Latencies(answers.stream().map(Answer::nanos).toList()),
                new Latencies(answers.stream().map(Answer::firstByteNanos).toList()),
                answers.stream().mapToLong(Answer::wireBytes).sum(),
                cpu);
    }
}
