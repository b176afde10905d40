package dev.breakwater.controller.rematch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.reports.ContainerReports;
import dev.breakwater.controller.reports.CycloneDxResult;
import dev.breakwater.controller.reports.ReportContent;
import dev.breakwater.controller.reports.ReportKind;
import dev.breakwater.controller.reports.Spool;
import dev.breakwater.controller.reports.TrivyPackages;
import dev.breakwater.controller.reports.TrivyResult;
import dev.breakwater.controller.scan.ScannerSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Findings of a new database without a Job. A scan leaves its package list beside its SBOM, if the server makes the very findings of it that the Job made;
 * when the server has another database, every list is matched again.
 *
 * <p>Threading: one loop asks for the database; {@link #renew} and {@link #keep} block their callers, each of which has one image.
 */
public final class Rematch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rematch.class);
    /** Before an image is tried again that the server did not answer for. */
    public static final Duration PAUSE = Duration.ofMinutes(1);

    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);
    /** An answer has 5 MB for 2,000 findings, and ten times as much as objects. */
    private static final int CONCURRENT = 2;

    private static final JsonMapper MAPPER = new JsonMapper();
    /** 7 and 7.0 are one score: the API server writes numbers its own way. */
    private static final Comparator<JsonNode> ALIKE = (one, other) ->
            one.equals(other) || (one.isNumber() && other.isNumber() && one.doubleValue() == other.doubleValue())
                    ? 0
                    : 1;

    private final @Nullable TrivyServer server;
    private final MatchedFindings findings;
    private final ScannerSettings scanner;
    private final Duration poll;
    private final Path folder;
    private final ContainerReports reports;
    private final InstantSource clock;
    private final Semaphore matches = new Semaphore(CONCURRENT, true);
    private final Loop loop;
    private Supplier<? extends Collection<RunningImage>> images = List::of;
    private Consumer<RunningImage> handOn = image -> {};
    private final Set<RunningImage> due = ConcurrentHashMap.newKeySet();
    /** Scans whose lists are known to be there. */
    private final Set<String> kept = ConcurrentHashMap.newKeySet();

    private TrivyServer.@Nullable Version seen;

    /** What became of an image's findings. */
    public sealed interface Outcome {
        /** The server does not answer; to be tried again soon. */
        record Later() implements Outcome {}

        /** Nobody can tell without a Job. */
        record NoList() implements Outcome {}

        /** The reports say what the present database says. */
        record Same() implements Outcome {}

        /** @param summary of the VulnerabilityReports that were written */
        record Written(Map<String, Long> summary) implements Outcome {}
    }

    public Rematch(
            RematchSettings settings,
            ScannerSettings scanner,
            ContainerReports reports,
            Path folder,
            Loops loops,
            InstantSource clock) {
        // What more arguments do to findings is Trivy's own affair.
        boolean possible = !scanner.serverUrl().isEmpty()
                && !settings.poll().isZero()
                && scanner.extraArguments().isEmpty();
        this.server = possible
                ? new TrivyServer(scanner.serverUrl(), settings.serverTokenFile(), scanner.packageTypes())
                : null;
        this.findings = new MatchedFindings(scanner);
        this.scanner = scanner;
        this.poll = settings.poll();
        this.reports = reports;
        this.folder = folder;
        this.clock = clock;
        this.loop = loops.loop("rematch", LONGEST_STEP, this::look);
    }

    /**
     * To be called when the inventory knows what runs.
     *
     * @param handOn takes each image whose findings may be others with the server's database
     */
    public void start(Supplier<? extends Collection<RunningImage>> images, Consumer<RunningImage> handOn) {
        this.images = images;
        this.handOn = handOn;
        if (server != null) {
            loop.start();
        }
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Whether the server has a database that the image was not matched with. */
    public boolean isDue(RunningImage image) {
        return due.contains(image);
    }

    /** Whether the scan's list is known to be kept: then only its vulnerabilities grow old, for secrets and packages of a digest do not change. */
    public boolean keeps(String imageScan) {
        return kept.contains(imageScan);
    }

    private Duration look() throws IOException {
        TrivyServer.Version now = server().version();
        if (!now.equals(seen)) {
            Collection<RunningImage> running = images.get();
            log.info(
                    "the Trivy server {} has the database of {}: matching {} images",
                    now.program(),
                    now.database(),
                    running.size());
            due.addAll(running);
            running.forEach(handOn);
            seen = now;
        }
        return poll;
    }

    /**
     * The property that keeps a scan's packages beside its SBOM; none where the server does not make of them what the Job made: then there is something that
     * the list does not say.
     *
     * @param report Trivy's result
     * @param vulnerabilities what the Job made of it
     */
    public Map<String, String> keep(Spool report, ReportContent vulnerabilities, String imageScan) {
        if (server == null) {
            return Map.of();
        }
        try {
            matches.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Map.of();
        }
        try (InputStream in = report.read()) {
            Optional<TrivyPackages.Listing> packages = TrivyPackages.read(in);
            if (packages.isEmpty()) {
                return Map.of();
            }
            try (ReportContent matched = contentOf(packages.get())) {
                if (!isSame(vulnerabilities, matched)) {
                    log.info(
                            "scan {}: the Trivy server makes other findings of its packages; a new database comes by a Job",
                            imageScan);
                    return Map.of();
                }
            }
            kept.add(imageScan);
            return Map.of(KeptList.PROPERTY, KeptList.write(packages.get()));
        } catch (IOException e) {
            log.info("scan {}: packages not kept: {}", imageScan, e.getMessage());
            return Map.of();
        } finally {
            matches.release();
        }
    }

    /**
     * Matches an image's list with the present database and writes the reports that differ.
     *
     * @param newest when the newest VulnerabilityReport of the scan was found
     * @param stale whether they are written although they say the same, because they are too old
     * @throws IOException where server or API do not answer
     */
    public Outcome renew(
            RunningImage image,
            String imageScan,
            List<RunningContainer> containers,
            Optional<Instant> newest,
            boolean stale)
            throws IOException, InterruptedException {
        if (server == null) {
            return new Outcome.NoList();
        }
        matches.acquire();
        try {
            return renewInTurn(image, imageScan, containers, newest, stale);
        } catch (ServerTrouble trouble) {
            if (trouble.isOfAnswer()) {
                log.warn(
                        "scan {}: {}; its reports are renewed by a Job when they are too old",
                        imageScan,
                        trouble.getMessage());
                forget(image, imageScan);
                return new Outcome.NoList();
            }
            // Said by the loop, once for all images.
            log.debug("scan {}: {}", imageScan, trouble.getMessage());
            return new Outcome.Later();
        } finally {
            matches.release();
        }
    }

    private Outcome renewInTurn(
            RunningImage image,
            String imageScan,
            List<RunningContainer> containers,
            Optional<Instant> newest,
            boolean stale)
            throws IOException {
        Optional<TrivyPackages.Listing> packages = kept(imageScan);
        if (packages.isEmpty()) {
            forget(image, imageScan);
            return new Outcome.NoList();
        }
        kept.add(imageScan);
        // Before the answer: should the database change meanwhile, it is due again.
        due.remove(image);
        try (ReportContent matched = contentOf(packages.get())) {
            Optional<ReportContent> stored = reports.anyOf(ReportKind.VULNERABILITY, imageScan, newest);
            try (ReportContent old = stored.orElse(null)) {
                if (!stale && old != null && isSame(old, matched)) {
                    return new Outcome.Same();
                }
            }
            for (RunningContainer container : containers) {
                reports.write(container, imageScan, matched, true);
            }
            return new Outcome.Written(matched.summary());
        } catch (IOException | RuntimeException e) {
            due.add(image);
            throw e;
        }
    }

    private void forget(RunningImage image, String imageScan) {
        kept.remove(imageScan);
        due.remove(image);
    }

    private Optional<TrivyPackages.Listing> kept(String imageScan) throws IOException {
        Optional<ReportContent> sbom = reports.anyOf(ReportKind.SBOM, imageScan, Optional.empty());
        if (sbom.isEmpty()) {
            return Optional.empty();
        }
        try (ReportContent content = sbom.get();
                InputStream in = content.bulk().read()) {
            Optional<String> property = CycloneDxResult.property(in, KeptList.PROPERTY);
            return property.isEmpty() ? Optional.empty() : Optional.of(KeptList.read(property.get()));
        }
    }

    /** The caller closes it. */
    private ReportContent contentOf(TrivyPackages.Listing packages) throws IOException {
        JsonNode answer = server().match(packages);
        byte[] result = MAPPER.writeValueAsBytes(findings.result(answer));
        TrivyResult.Contents contents = TrivyResult.read(
                new ByteArrayInputStream(result),
                folder,
                scanner.version(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                scanner.optionalFields());
        contents.secrets().close();
        return contents.vulnerabilities();
    }

    private static boolean isSame(ReportContent one, ReportContent other) throws IOException {
        return Objects.equals(one.os(), other.os())
                && one.summary().equals(other.summary())
                && tree(one).equals(ALIKE, tree(other));
    }

    private static JsonNode tree(ReportContent content) throws IOException {
        try (InputStream in = content.bulk().read()) {
            return MAPPER.readTree(in);
        }
    }

    private TrivyServer server() {
        if (server == null) {
            throw new IllegalStateException("nobody asks where there is no server");
        }
        return server;
    }
}
