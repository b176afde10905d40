package dev.breakwater.storage;

import static org.awaitility.Awaitility.await;

import dev.breakwater.storage.segment.GzipSplice;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;

/**
 * The store alone, without HTTP: rates and sizes for 2,000 reports of 200 contents, as in docs/benchmarks.md. Run as a program:
 * {@code StoreBenchmark sqlite DIR} or {@code StoreBenchmark postgres JDBC-URL USER PASSWORD}, optionally the number of reports.
 */
@NullUnmarked
final class StoreBenchmark {
    private static final int CLIENTS = 8;
    private static final int CONTENTS = 200;

    private final ReportStore store;
    private final Reports reports;
    private final ZlibPool pool = new ZlibPool(2);
    private final Path temporary;
    private final int count;

    private StoreBenchmark(ReportStore store, Path temporary, int count) {
        this.store = store;
        this.temporary = temporary;
        this.reports = new Reports(temporary);
        this.count = count;
    }

    public static void main(String[] arguments) throws Exception {
        boolean sqlite = arguments[0].equals("sqlite");
        StoreSettings.Place place = sqlite
                ? new StoreSettings.Place.Folder(Path.of(arguments[1]))
                : new StoreSettings.Place.Postgres(
                        arguments[1], Map.of("user", arguments[2], "password", arguments[3]));
        int next = sqlite ? 2 : 4;
        int count = arguments.length > next ? Integer.parseInt(arguments[next]) : 2_000;
        Path temporary = Files.createTempDirectory("bench");
        try (ReportStore store = Stores.open(StoreSettings.of(place).withUpkeepInterval(Duration.ofMillis(200)))) {
            new StoreBenchmark(store, temporary, count).run();
        }
    }

    private void run() throws Exception {
        Random random = new Random(7);
        byte[][] contents = new byte[CONTENTS][];
        long plain = 0;
        for (int i = 0; i < CONTENTS; i++) {
            // Log-normal round a median of 60 KB, as findings per image are.
            contents[i] = words((int) Math.min(4e6, 55_000 * Math.exp(random.nextGaussian() * 0.8)), i);
            plain += contents[i].length;
        }
        System.out.printf(
                Locale.ROOT, "%d reports, %d contents, %.1f KB on average%n", count, CONTENTS, plain / 1e3 / CONTENTS);
        for (String round : new String[] {"warm", "run"}) {
            long[] revisions = new long[count];
            measure(round + " create", i -> {
                try (BulkWriter writer = new BulkWriter(pool, temporary)) {
                    writer.write(contents[i % CONTENTS]);
                    Write.Create create = new Write.Create(Reports.KIND, key(round, i), head(i, 0), writer.finish());
                    revisions[i] = Reports.applied(store.write(create));
                }
            });
            measure(round + " rescan", i -> {
                Entry entry = store.get(Reports.KIND, key(round, i), Projection.HEAD);
                revisions[i] = Reports.applied(store.write(new Write.Replace(
                        Reports.KIND, key(round, i), entry.revision(), head(i, 1), new Bulk.Unchanged())));
            });
            measure(round + " get", i -> {
                Entry entry = store.get(Reports.KIND, key(round, i), Projection.HEAD);
                try (Bulk.Chunks chunks = store.readBulk(entry.bulk())) {
                    while (chunks.next() != null) {
                        continue;
                    }
                }
            });
            for (int i = 0; i < 3; i++) {
                list(round + " full list", Projection.HEAD);
            }
            list(round + " metadata list", Projection.META);
            selector(round + " selector");
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> store.statistics().contentsRecompressed() >= CONTENTS * 9 / 10);
        for (int i = 0; i < 3; i++) {
            list("recompressed full list", Projection.HEAD);
        }
        System.out.println(store.statistics());
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            status.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
        }
    }

    private String key(String round, int i) {
        return "team-%02d/%s-replicaset-web-%06d-app".formatted(i % 20, round, i);
    }

    private Head head(int i, int scan) {
        return reports.head(
                "0b7e7d8e-5a39-4c3e-9d7e-%012d".formatted(i),
                Map.of(
                        "trivy-operator.resource.kind",
                        "ReplicaSet",
                        "trivy-operator.resource.name",
                        "web-" + i,
                        "trivy-operator.resource.namespace",
                        "team-" + i % 20,
                        "trivy-operator.container.name",
                        "app",
                        "resource-spec-hash",
                        Integer.toHexString(i * 31)),
                "\"report\":{\"artifact\":{\"digest\":\"sha256:%064d\"},\"updateTimestamp\":\"%d\",\"vulnerabilities\":"
                        .formatted(i, scan));
    }

    private static byte[] words(int length, int seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(length + 300).append('[');
        while (text.length() < length) {
            text.append(
                    "{\"fixedVersion\":\"1.%d.%d\",\"installedVersion\":\"1.%d\",\"lastModifiedDate\":\"2025-0%d-1%dT10:00:00Z\",\"links\":[],\"primaryLink\":\"https://avd.aquasec.com/nvd/cve-202%d-%d\",\"resource\":\"lib%s%d\",\"score\":%d.%d,\"severity\":\"%s\",\"target\":\"\",\"title\":\"%s: %s in %s allows %s\",\"vulnerabilityID\":\"CVE-202%d-%d\"},"
                            .formatted(
                                    random.nextInt(30),
                                    random.nextInt(90),
                                    random.nextInt(30),
                                    1 + random.nextInt(9),
                                    random.nextInt(9),
                                    random.nextInt(6),
                                    random.nextInt(50_000),
                                    word(random),
                                    random.nextInt(9),
                                    random.nextInt(10),
                                    random.nextInt(10),
                                    random.nextBoolean() ? "HIGH" : "MEDIUM",
                                    word(random),
                                    word(random),
                                    word(random),
                                    word(random),
                                    random.nextInt(6),
                                    random.nextInt(50_000)));
        }
        return text.append(']').toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String word(Random random) {
        return Long.toString(random.nextLong(5_000) * 7919, 36);
    }

    private interface Step {
        void at(int i) throws Exception;
    }

    private void measure(String what, Step step) throws Exception {
        AtomicInteger next = new AtomicInteger();
        long[] nanos = new long[count];
        long cpu = cpu();
        long begin = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                clients.add(threads.submit(() -> {
                    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                        long start = System.nanoTime();
                        step.at(i);
                        nanos[i] = System.nanoTime() - start;
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-26s %8.0f/s   p50 %6.2f ms   p99 %6.2f ms   CPU %5.2f ms each%n",
                what,
                count / seconds,
                nanos[count / 2] / 1e6,
                nanos[count * 99 / 100] / 1e6,
                (cpu() - cpu) / 1e6 / count);
    }

    private void list(String what, Projection projection) throws IOException {
        long cpu = cpu();
        long begin = System.nanoTime();
        long[] bytes = new long[1];
        int[] items = new int[1];
        OutputStream counting = new java.io.BufferedOutputStream(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        bytes[0]++;
                    }

                    @Override
                    public void write(byte[] some, int offset, int length) {
                        bytes[0] += length;
                    }
                },
                128 * 1024);
        GzipSplice splice = new GzipSplice(counting);
        long revision = store.current();
        String after = "";
        byte[] opening = "{\"metadata\":{\"resourceVersion\":\"1234567890123456\",".getBytes();
        byte[] closing = "}}".getBytes();
        while (after != null) {
            PageOutcome.Page page = (PageOutcome.Page) store.page(
                    new PageQuery(Reports.KIND, null, after, revision, 500, projection, List.of(), EntryFilter.ALL));
            BulkSequence bulks = store.readBulks(page.entries().stream()
                    .map(Entry::bulk)
                    .filter(java.util.Objects::nonNull)
                    .toList());
            for (Entry entry : page.entries()) {
                items[0]++;
                splice.text(opening);
                splice.segment(entry.head().meta());
                if (projection == Projection.HEAD) {
                    splice.segment(entry.head().rest());
                    Bulk.Chunks chunks = bulks.next();
                    for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                        splice.chunk(chunk);
                    }
                    splice.endChunks(entry.bulk().crc(), entry.bulk().length());
                }
                splice.text(closing);
            }
            after = page.resumeAfter();
        }
        splice.finish();
        System.out.printf(
                Locale.ROOT,
                "%-26s %8.1f ms   %d items, %.1f MB on the wire, %.1f MB plain   CPU %.0f ms%n",
                what,
                (System.nanoTime() - begin) / 1e6,
                items[0],
                bytes[0] / 1e6,
                splice.length() / 1e6,
                (cpu() - cpu) / 1e6);
    }

    private void selector(String what) {
        long begin = System.nanoTime();
        int found = 0;
        for (int i = 0; i < 100; i++) {
            String name = "web-" + i * count / 100;
            PageOutcome.Page page = (PageOutcome.Page) store.page(new PageQuery(
                    Reports.KIND,
                    null,
                    "",
                    store.current(),
                    500,
                    Projection.META,
                    List.of(new LabelTerm("trivy-operator.resource.name", java.util.Set.of(name))),
                    (key, labels) -> name.equals(labels.get("trivy-operator.resource.name"))));
            found += page.entries().size();
        }
        System.out.printf(
                Locale.ROOT, "%-26s %8.2f ms each   %d found%n", what, (System.nanoTime() - begin) / 1e8, found);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
