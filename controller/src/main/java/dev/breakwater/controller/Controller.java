package dev.breakwater.controller;

import com.google.gson.Gson;
import dev.breakwater.controller.coverage.ImageCoverage;
import dev.breakwater.controller.coverage.LivingWorkloads;
import dev.breakwater.controller.coverage.OutdatedReports;
import dev.breakwater.controller.coverage.UnidentifiedImages;
import dev.breakwater.controller.events.WorkloadEvents;
import dev.breakwater.controller.expiry.ExpiredImages;
import dev.breakwater.controller.expiry.Expiry;
import dev.breakwater.controller.health.HealthServer;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.inventory.Workload;
import dev.breakwater.controller.kube.Connection;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.lease.Leadership;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.registry.RegistryMirrors;
import dev.breakwater.controller.registry.RegistryPauses;
import dev.breakwater.controller.registry.TagDigests;
import dev.breakwater.controller.registry.credentials.PullCredentials;
import dev.breakwater.controller.rematch.Rematch;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.ReportIndex;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.scan.ScanJobs;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller, wired: reads top to bottom as it starts.
 *
 * <p>Threading: {@link #run} blocks its caller until {@link #close}, an interrupt, or the loss of the Lease. The parts have threads of their own.
 */
public final class Controller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Controller.class);

    /** For the end of what goes on; what takes longer is interrupted, and given as long again. Together less than a pod is given to end. */
    private static final Duration STOPPING = Duration.ofSeconds(12);

    private final ControllerSettings settings;
    private final Connection connection;
    private final InstantSource clock;
    private final Pause pause;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread runner;
    private volatile String whyLost = "";
    private volatile boolean ready;
    private volatile int probePort;

    /** Why {@link #run} returned. */
    public enum End {
        CLOSED,
        /** It leads no longer, for the reason that {@link Controller#whyLost} says; this process should end with an error and be started anew. */
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

    /** Why the Lease was lost, for people; empty while it was not. */
    public String whyLost() {
        return whyLost;
    }

    /**
     * Runs until the end; once.
     *
     * @throws IOException in words, where the start fails
     */
    public End run() throws IOException, InterruptedException {
        // Before the look at the latch: close() looks at both in the other order, and one of the two sees the other.
        runner = Thread.currentThread();
        try {
            if (closed.getCount() == 0) {
                return End.CLOSED;
            }
            try (WorkFolder folder = WorkFolder.in(settings.workFolder())) {
                return stand(folder.path());
            }
        } catch (InterruptedException e) {
            if (closed.getCount() > 0) {
                throw e;
            }
            return End.CLOSED;
        } finally {
            ready = false;
            ended.countDown();
        }
    }

    /** Stands for election, with probes from the beginning to the end. */
    private End stand(Path folder) throws IOException, InterruptedException {
        Loops loops = new Loops(clock, pause::of, new Random());
        KubeApi api = new KubeApi(connection, pause);
        Leadership leadership =
                new Leadership(api, settings.namespace(), UUID.randomUUID().toString(), settings.lease(), loops);
        // Closed in the reverse order: first no more work is begun, last the Lease is given up.
        try (HealthServer health =
                        new HealthServer(settings.probePort(), () -> ready || !leadership.isLeading(), loops);
                leadership) {
            health.start();
            probePort = health.port();
            leadership.start();
            if (!await(leadership::isLeading)) {
                return End.CLOSED;
            }
            return lead(api, folder, loops, leadership, health);
        } finally {
            whyLost = leadership.whyLost();
        }
    }

    private End lead(KubeApi api, Path folder, Loops loops, Leadership leadership, HealthServer health)
            throws InterruptedException {
        Gson gson = new Gson();
        ReportIndex index = new ReportIndex(api, gson, loops);
        PullCredentials credentials = new PullCredentials(
                api, settings.registry().podSecrets(), settings.registry().secrets(), settings.namespace());
        RegistryMirrors mirrors = new RegistryMirrors(settings.registry().mirrors());
        RegistryPauses pauses = new RegistryPauses(clock);
        Inventory inventory = new Inventory(
                api,
                loops,
                gson,
                new NamespaceScope(settings.targetNamespaces(), settings.excludeNamespaces()),
                settings.defaultPlatform(),
                ScanJobs::isOwn);
        ContainerReports reports = new ContainerReports(api, folder, new LivingWorkloads(inventory), index);
        Rematch rematch = new Rematch(settings.rematch(), settings.scanner(), reports, folder, loops, clock);
        ScanJobs jobs = new ScanJobs(
                api,
                gson,
                settings.jobNamespace(),
                settings.scanner(),
                settings.jobs(),
                settings.registry(),
                rematch::keep,
                folder,
                loops,
                clock,
                pause);
        ImageScans scans = new ImageScans(api);
        Expiry expiry = new Expiry(settings.expiry(), index, clock);
        ImageCoverage coverage = new ImageCoverage(
                inventory,
                index,
                reports,
                jobs,
                credentials,
                mirrors,
                pauses,
                expiry,
                rematch,
                scans,
                new WorkloadEvents(api, clock),
                settings.scanner().hash(),
                settings.retry(),
                clock);
        OutdatedReports outdated = new OutdatedReports(inventory, index, reports, loops);
        UnidentifiedImages unidentified = new UnidentifiedImages(
                inventory,
                scans,
                new WorkloadEvents(api, clock),
                new TagDigests(settings.registryTransport(), mirrors, pauses, credentials),
                settings.scanner().hash(),
                settings.retry(),
                loops,
                clock);
        ImageQueue queue = new ImageQueue(coverage, loops);
        ExpiredImages expired = new ExpiredImages(expiry, inventory, coverage::isExpired, queue::add, loops);
        Sweep sweep = new Sweep(jobs, scans, inventory, coverage, unidentified, loops, clock);
        RightsCheck rights = new RightsCheck(api, settings, loops);
        addGauges(health, index, jobs, queue, inventory);

        try (index;
                jobs;
                inventory;
                outdated;
                unidentified;
                queue;
                expired;
                rematch;
                sweep;
                rights;
                loops) {
            rights.start();
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
            if (!awaitLeading(leadership, () -> index.hasSynced() && jobs.hasSynced())) {
                return endOf(leadership);
            }

            inventory.onChange(change -> {
                change.images().forEach(queue::add);
                outdated.check(change.workload());
                unidentified.check(change.workload());
            });
            inventory.start();
            if (!awaitLeading(leadership, inventory::isReady)) {
                return endOf(leadership);
            }

            queue.start();
            outdated.start();
            unidentified.start();
            expired.start();
            rematch.start(inventory::images, queue::add);
            sweep.start();
            ready = true;
            log.info("ready: {} images run", inventory.images().size());
            return audit(api, gson, folder, loops, leadership);
        }
    }

    private static void cover(Workload workload, ImageQueue queue) {
        workload.running().forEach(container -> queue.add(container.running()));
    }

    /** Audits, assesses nodes and compiles compliance beside the scans, as long as it leads. */
    private End audit(KubeApi api, Gson gson, Path folder, Loops loops, Leadership leadership)
            throws InterruptedException {
        Optional<Audits> audits = Audits.start(api, gson, settings, folder, loops, clock, pause);
        try {
            while (leadership.isLeading()) {
                if (closed.await(200, TimeUnit.MILLISECONDS)) {
                    return End.CLOSED;
                }
            }
            return End.LEASE_LOST;
        } finally {
            loops.close();
            audits.ifPresent(Audits::close);
        }
    }

    /** Ends {@link #run} and waits for it, for a limited time; it need not have begun, and may have failed. */
    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        Thread running = runner;
        if (running == null || ended.await(STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
            return;
        }
        log.warn("what goes on takes longer than {} s to end; interrupted", STOPPING.toSeconds());
        running.interrupt();
        if (!ended.await(STOPPING.toMillis(), TimeUnit.MILLISECONDS)) {
            log.warn("it does not end; left behind");
        }
    }

    private End endOf(Leadership leadership) {
        return leadership.isLeading() ? End.CLOSED : End.LEASE_LOST;
    }

    /** False when {@link #close} was called, or the Lease was lost, first. */
    private boolean awaitLeading(Leadership leadership, BooleanSupplier condition) throws InterruptedException {
        return await(() -> condition.getAsBoolean() || !leadership.isLeading()) && leadership.isLeading();
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
}
