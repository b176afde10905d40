package dev.breakwater.controller.coverage;

import dev.breakwater.controller.events.WorkloadEvents;
import dev.breakwater.controller.image.KnownDigests;
import dev.breakwater.controller.imagescan.ImageScanStatus;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.Inventory;
import dev.breakwater.controller.inventory.UnidentifiedContainer;
import dev.breakwater.controller.inventory.Workload;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.registry.TagDigests;
import dev.breakwater.controller.scan.FailureReason;
import dev.breakwater.controller.scan.ScanFailure;
import dev.breakwater.controller.scan.ScanTarget;
import io.kubernetes.client.extended.workqueue.DefaultDelayingQueue;
import io.kubernetes.client.extended.workqueue.DelayingQueue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Containers of which nobody knows what they run: asks the registry where the node only names what no registry understands, and says by ImageScan and
 * Event what is not scanned and why. What was said is taken back when the image is known, or wanted by no workload any more.
 *
 * <p>Threading: workloads to be looked at go into a queue from any thread; one loop looks and says; one more per question to a registry, a few
 * at a time.
 */
public final class UnidentifiedImages implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UnidentifiedImages.class);
    private static final Duration RETRY = Duration.ofSeconds(30);
    /** Events are forgotten after an hour, and a trouble that lasts must not be. */
    private static final Duration REPEAT = Duration.ofMinutes(30);
    /** The kubelet's words change with each attempt, also where only a port number does. */
    private static final Duration SOON = Duration.ofMinutes(1);

    /** What is said of the containers of one workload, each with all its attempts. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(30);
    /** A question that has not been asked again for so long is nobody's any more. */
    private static final Duration FORGOTTEN = Duration.ofDays(1);

    private static final int CONCURRENT_QUESTIONS = 4;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final DelayingQueue<WorkloadRef> queue = new DefaultDelayingQueue<>(threads);
    private final Semaphore questions = new Semaphore(CONCURRENT_QUESTIONS, true);
    private final Inventory inventory;
    private final ImageScans scans;
    private final WorkloadEvents events;
    private final TagDigests registries;
    private final String settingsHash;
    private final RetrySettings retry;
    private final InstantSource clock;
    private final Loop loop;
    /** By uid of the workload and name of the ImageScan. */
    private final Map<String, Map<String, Trouble>> troubles = new ConcurrentHashMap<>();

    private final Map<String, Said> said = new ConcurrentHashMap<>();
    private final Map<KnownDigests.Question, Unanswered> unanswered = new ConcurrentHashMap<>();
    private final Set<KnownDigests.Question> asking = ConcurrentHashMap.newKeySet();

    /** @param words for the workload's own people */
    private record Trouble(UnidentifiedContainer container, ScanFailure failure, String words, int times) {}

    private record Said(FailureReason reason, String words, Instant when) {}

    private record Unanswered(ScanFailure failure, int times, Instant next) {}

    public UnidentifiedImages(
            Inventory inventory,
            ImageScans scans,
            WorkloadEvents events,
            TagDigests registries,
            String settingsHash,
            RetrySettings retry,
            Loops loops,
            InstantSource clock) {
        this.inventory = inventory;
        this.scans = scans;
        this.events = events;
        this.registries = registries;
        this.settingsHash = settingsHash;
        this.retry = retry;
        this.clock = clock;
        this.loop = loops.loop("unidentified-images", LONGEST_STEP, this::checkNext);
    }

    /** To be called when the workload has changed. */
    public void check(WorkloadRef workload) {
        queue.add(workload);
    }

    /** Whether the ImageScan of that name says what is so. */
    public boolean wants(String scan) {
        return troubles.values().stream().anyMatch(known -> known.containsKey(scan));
    }

    public void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
        queue.shutDown();
        threads.shutdownNow();
    }

    private Duration checkNext() throws InterruptedException {
        WorkloadRef ref = loop.idle(queue::get);
        if (ref != null) {
            try {
                checkNow(ref);
            } finally {
                queue.done(ref);
            }
        }
        return Duration.ZERO;
    }

    private void checkNow(WorkloadRef ref) {
        try {
            look(ref);
        } catch (IOException | RuntimeException e) {
            if (loop.isClosed()) {
                return;
            }
            log.warn("{}: what is not scanned of it was not said: {}; trying again later", ref, e.toString());
            queue.addAfter(ref, RETRY);
        }
    }

    private void look(WorkloadRef ref) throws IOException {
        Map<String, Trouble> now = new LinkedHashMap<>();
        Optional<Workload> workload = inventory.workload(ref.uid());
        if (workload.isPresent()) {
            for (UnidentifiedContainer container : workload.get().unidentified()) {
                Optional<Trouble> trouble = container.imageId().isEmpty() ? waits(container) : ask(container);
                String scan = ScanTarget.nameOfReference(container.image());
                trouble.ifPresent(found -> now.put(scan, telling(ref, scan, found)));
            }
        }
        Map<String, Trouble> before = now.isEmpty() ? troubles.remove(ref.uid()) : troubles.put(ref.uid(), now);
        for (String gone : before == null ? Set.<String>of() : before.keySet()) {
            if (!now.containsKey(gone)) {
                said.remove(ref.uid() + "/" + gone);
                takeBack(gone);
            }
        }
        for (var trouble : now.entrySet()) {
            say(trouble.getKey(), trouble.getValue());
        }
        if (!now.isEmpty()) {
            queue.addAfter(ref, REPEAT);
        }
    }

    private Optional<Trouble> waits(UnidentifiedContainer container) {
        return switch (PodTrouble.of(container, clock.instant())) {
            case PodTrouble.Known known -> Optional.of(new Trouble(container, known.failure(), known.words(), 1));
            case PodTrouble.NotYet notYet -> {
                queue.addAfter(container.workload(), notYet.again());
                yield Optional.empty();
            }
        };
    }

    private Optional<Trouble> ask(UnidentifiedContainer container) {
        Unanswered last = unanswered.get(container.question());
        if (last == null || !last.next().isAfter(clock.instant())) {
            if (asking.add(container.question())) {
                threads.execute(() -> askNow(container, last == null ? 1 : last.times() + 1));
            }
        } else {
            queue.addAfter(container.workload(), Duration.between(clock.instant(), last.next()));
        }
        return last == null
                ? Optional.empty()
                : Optional.of(
                        new Trouble(container, last.failure(), last.failure().message(), last.times()));
    }

    private void askNow(UnidentifiedContainer container, int times) {
        KnownDigests.Question question = container.question();
        try {
            questions.acquire();
            try {
                TagDigests.Answer answer = registries.ask(question, container.pulledBy());
                unanswered.remove(question);
                if (!answer.runs()) {
                    log.warn(
                            "{} container {}: its registry's {} stands for what runs, of which the node only says {}",
                            container.workload(),
                            container.container(),
                            answer.digest(),
                            container.imageId());
                    events.identifiedByTag(container, answer.digest());
                }
                inventory.identified(container, answer.digest());
            } finally {
                questions.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            String why = "the node says of it only " + container.imageId()
                    + ", by which no registry knows it, and the pod names no digest; " + e.getMessage();
            unanswered.values().removeIf(old -> old.next().plus(FORGOTTEN).isBefore(clock.instant()));
            unanswered.put(
                    question,
                    new Unanswered(
                            new ScanFailure(FailureReason.DIGEST_UNKNOWN, why),
                            times,
                            clock.instant().plus(retry.after(times))));
            queue.add(container.workload());
        } finally {
            asking.remove(question);
        }
    }

    private void say(String name, Trouble trouble) throws IOException {
        if (isNews(name, trouble)) {
            ScanFailure failure = trouble.failure();
            Unanswered registry = unanswered.get(trouble.container().question());
            scans.writeUnidentified(
                    name,
                    trouble.container().image(),
                    trouble.container().platform(),
                    settingsHash,
                    ImageScanStatus.notBegun(
                            failure.reason() == FailureReason.NOT_STARTED,
                            failure.reason().word(),
                            failure.message(),
                            registry == null ? null : registry.next()));
            noteSaid(name, trouble);
        }
        String key = trouble.container().workload().uid() + "/" + name;
        if (isNews(key, trouble)) {
            events.notScanned(trouble.container(), trouble.failure().reason().word(), trouble.words(), trouble.times());
            noteSaid(key, trouble);
        }
    }

    private void noteSaid(String key, Trouble trouble) {
        said.put(key, new Said(trouble.failure().reason(), trouble.words(), clock.instant()));
    }

    private boolean isNews(String key, Trouble trouble) {
        Said before = said.get(key);
        if (before == null || before.reason() != trouble.failure().reason()) {
            return true;
        }
        if (isVague(trouble) && !before.words().equals(trouble.words())) {
            return false;
        }
        boolean same = before.words().equals(trouble.words());
        return before.when().plus(same ? REPEAT : SOON).isBefore(clock.instant());
    }

    /** Between its attempts the kubelet only says that it waits, which tells nobody why; what it said before does. */
    private Trouble telling(WorkloadRef workload, String scan, Trouble found) {
        Trouble before = troubles.getOrDefault(workload.uid(), Map.of()).get(scan);
        return before != null && before.failure().reason() == found.failure().reason() && isVague(found)
                ? before
                : found;
    }

    private static boolean isVague(Trouble trouble) {
        return trouble.words().contains("Back-off pulling image")
                && !trouble.words().contains("ErrImagePull");
    }

    private void takeBack(String name) throws IOException {
        if (!wants(name)) {
            said.remove(name);
            scans.delete(name);
        }
    }
}
