package dev.breakwater.controller;

import com.google.gson.Gson;
import dev.breakwater.controller.coverage.ImageCoverage;
import dev.breakwater.controller.coverage.LivingWorkloads;
import dev.breakwater.controller.coverage.OutdatedReports;
import dev.breakwater.controller.coverage.UnidentifiedImages;
import dev.breakwater.controller.events.WorkloadEvents;
import dev.breakwater.controller.health.HealthServer;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.inventory.Workload;
import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.lease.Leadership;
import dev.breakwater.controller.registry.TagDigests;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.scan.ScanJobs;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller, wired: reads top to bottom as it starts.
 *
 * <p>Threading: {@link #run} blocks its caller until {@link #close}, an interrupt, or the loss of the Lease. The parts have threads of their own.
 */
public final class Controller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    /** How often, and how long after the last attempt, ImageScans of images that run no more are deleted. */
    private static final Duration SWEEP = Duration.ofHours(1);

    private static final Duration KEPT = Duration.ofHours(24);

    private final ControllerSettings settings;
    private final Connection connection;
    private final InstantSource clock;
    private final Pause pause;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean ready;
    private volatile int probePort;

    /** Why {@link #run} returned. */
    public enum End {
        CLOSED,
        /** Another controller leads now; this process should end with an error and be started anew. */
        LEASE_LOST
    }

    public Controller(ControllerSettings settings, ApiClient client, InstantSource clock, Pause pause) {
        this(settings, Connection.of(client), clock, pause);
    }

    public Controller(ControllerSettings settings, Connection connection, InstantSource clock, Pause pause) {
        this.settings = settings;
        this.connection = connection;
        this.clock = clock;
        this.pause = pause;
    }

    /** Whether it leads and has seen the whole cluster once. */
    public boolean isReady() {
        return ready;
    }

    /** The port of the probes once {@link #run} has begun; 0 before. */
    public int probePort() {
        return probePort;
    }

    public End run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(settings.workFolder(), "breakwater-");
        try {
            return lead(folder);
        } finally {
            ready = false;
            deleteFolder(folder);
            ended.countDown();
        }
    }

    private End lead(Path folder) throws IOException, InterruptedException {
        KubeApi api = new KubeApi(connection, pause);
        Gson gson = new Gson();
        Leadership leadership =
                new Leadership(api, settings.namespace(), UUID.randomUUID().toString(), settings.lease());
        ReportIndex index = new ReportIndex(api, gson);
        ScanJobs jobs = new ScanJobs(
                api, gson, settings.jobNamespace(), settings.scanner(), settings.jobs(), folder, clock, pause);
        Inventory inventory = new Inventory(
                api,
                gson,
                new NamespaceScope(settings.targetNamespaces(), settings.excludeNamespaces()),
                settings.defaultPlatform(),
                ScanJobs::isOwn);
        ContainerReports reports = new ContainerReports(api, folder, new LivingWorkloads(inventory), index);
        ImageScans scans = new ImageScans(api);
        ImageCoverage coverage = new ImageCoverage(
                inventory,
                index,
                reports,
                jobs,
                scans,
                new WorkloadEvents(api, clock),
                settings.scanner().hash(),
                settings.retry(),
                clock);
        OutdatedReports outdated = new OutdatedReports(inventory, index, reports);
        UnidentifiedImages unidentified = new UnidentifiedImages(
                inventory,
                scans,
                new WorkloadEvents(api, clock),
                new TagDigests(
                        settings.scanner().plainRegistries(), settings.scanner().insecureRegistries()),
                settings.scanner().hash(),
                settings.retry(),
                clock);
        ImageQueue queue = new ImageQueue(coverage);
        HealthServer health = new HealthServer(settings.probePort(), () -> ready || !leadership.isLeading());
        addGauges(health, index, jobs, queue, inventory);

        // Closed in the reverse order: first no more work is begun, last the Lease is given up.
        try (leadership;
                index;
                jobs;
                inventory;
                outdated;
                unidentified;
                queue;
                health) {
            health.start();
            probePort = health.port();

            leadership.start();
            if (!await(leadership::isLeading)) {
                return End.CLOSED;
            }

            index.onChange(report -> {
                inventory.workload(report.ownerUid()).ifPresent(workload -> {
                    cover(workload, queue);
                    outdated.check(workload.ref());
                });
                // Those who want the same name: with the report that has gone, or gone to another, theirs may be gone.
                inventory.claimants(report.namespace(), report.name()).forEach(workload -> cover(workload, queue));
            });
            index.start();
            jobs.start();
            // Without knowing what exists, every report would seem to be missing and every Job unheard of.
            if (!await(() -> index.hasSynced() && jobs.hasSynced())) {
                return End.CLOSED;
            }

            inventory.onChange(change -> {
                change.images().forEach(queue::add);
                outdated.check(change.workload());
                unidentified.check(change.workload());
            });
            inventory.start();
            if (!await(inventory::isReady)) {
                return End.CLOSED;
            }

            jobs.deleteOrphans(wanted(inventory, coverage)::contains);
            queue.start();
            outdated.start();
            unidentified.start();
            ready = true;
            log.info("ready: {} images run", inventory.images().size());
            return audit(api, gson, folder, leadership, () -> sweep(scans, wanted(inventory, coverage), unidentified));
        }
    }

    private static void cover(Workload workload, ImageQueue queue) {
        workload.running().forEach(container -> queue.add(container.running()));
    }

    /** Audits, assesses nodes and compiles compliance beside the scans, as long as it leads. */
    private End audit(KubeApi api, Gson gson, Path folder, Leadership leadership, Runnable sweep)
            throws InterruptedException {
        Optional<Audits> audits = Audits.start(api, gson, settings, folder, clock, pause);
        try {
            Instant nextSweep = clock.instant();
            while (leadership.isLeading()) {
                if (closed.await(200, TimeUnit.MILLISECONDS)) {
                    return End.CLOSED;
                }
                if (!clock.instant().isBefore(nextSweep)) {
                    nextSweep = clock.instant().plus(SWEEP);
                    sweep.run();
                }
            }
            return End.LEASE_LOST;
        } finally {
            audits.ifPresent(Audits::close);
        }
    }

    /** Ends {@link #run} and waits for it. */
    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        ended.await();
    }

    private static Set<String> wanted(Inventory inventory, ImageCoverage coverage) {
        return inventory.images().stream().map(coverage::scanOf).collect(Collectors.toSet());
    }

    private void sweep(ImageScans scans, Set<String> wanted, UnidentifiedImages unidentified) {
        try {
            int gone = scans.deleteUnwanted(
                    name -> wanted.contains(name) || unidentified.wants(name),
                    clock.instant().minus(KEPT));
            if (gone > 0) {
                log.info("{} ImageScans of images that run no more; deleted", gone);
            }
        } catch (IOException e) {
            log.warn("old ImageScans not deleted: {}; trying again in an hour", e.toString());
        }
    }

    private static void addGauges(
            HealthServer health, ReportIndex index, ScanJobs jobs, ImageQueue queue, Inventory inventory) {
        health.gauge(
                "breakwater_images",
                "Images that run.",
                () -> inventory.images().size());
        health.gauge("breakwater_images_waiting", "Images waiting or in work.", queue::size);
        health.gauge("breakwater_scan_jobs", "Scans that have a Job.", jobs::busy);
        for (ReportKind kind : ReportKind.values()) {
            health.gauge(
                    "breakwater_reports_" + kind.resource().plural(),
                    "Objects of kind " + kind.resource().kind() + ".",
                    () -> index.count(kind));
        }
    }

    /** False when {@link #close} was called first. */
    private boolean await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (closed.await(20, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private static void deleteFolder(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
