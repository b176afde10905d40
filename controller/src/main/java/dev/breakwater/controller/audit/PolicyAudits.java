package dev.breakwater.controller.audit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.rego.RegoBatch;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.rego.RegoObject;
import dev.breakwater.controller.rego.RegoPolicies;
import dev.breakwater.controller.rego.RegoPolicy;
import dev.breakwater.controller.rego.RegoVerdicts;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has objects judged by users' policies: gathers those that ask, fetches them when their turn comes, runs them in batches, and calls back for each.
 *
 * <p>Only names wait here; objects are in memory a batch at a time, and verdicts until their report is written.
 *
 * <p>Threading: one loop runs the batches, one after the other; any thread asks. One lock guards what waits and what is known.
 */
final class PolicyAudits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PolicyAudits.class);
    /** A Deployment makes its objects within a moment: one Job for all. */
    private static final Duration GATHER = Duration.ofSeconds(1);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(30);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(30);

    /** By how many objects batches grow again after one that ended well; at once to all, what was too much would be tried again at once. */
    private static final int GROWTH = RegoBatch.MOST_OBJECTS / 10;

    /** A batch takes as long as its Job may, and what is asked of the API server before and after. */
    private static final Duration AROUND_A_JOB = Duration.ofHours(1);

    private final KubeApi api;
    private final RegoJobs jobs;
    private final CurrentCheckSet current;
    private final UndecidedChecks undecided;
    private final InstantSource clock;
    private final Pause pause;
    private final Loop runner;
    private final LinkedHashSet<AuditKey> waiting = new LinkedHashSet<>();
    private final Map<AuditKey, Verdict> known = new HashMap<>();
    private int inBatch;
    private RegoPolicies policies = RegoPolicies.NONE;
    private Map<String, String> broken = Map.of();
    private String notRun = "";
    private Instant retryAt = Instant.MIN;
    private Duration retryAfter = FIRST_RETRY;
    private int mostObjects = RegoBatch.MOST_OBJECTS;
    private Consumer<AuditKey> listener = key -> {};

    /** How an object stands with the policies for its kind. */
    sealed interface Standing {
        /** Judged as it is now. */
        record Judged(List<CheckResult> results) implements Standing {}

        /** Its turn will come, and the listener be called. */
        record Waiting() implements Standing {}

        /** Policies cannot be run at present; they are tried again, and the listener called. */
        record NotRun() implements Standing {}
    }

    /** Of the policies in force. */
    private record Verdict(String specHash, List<CheckResult> results) {}

    /** An object of a batch. */
    private record Taken(AuditKey key, String specHash) {}

    PolicyAudits(
            KubeApi api,
            RegoJobs jobs,
            CurrentCheckSet current,
            UndecidedChecks undecided,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        this.api = api;
        this.jobs = jobs;
        this.current = current;
        this.undecided = undecided;
        this.clock = clock;
        this.pause = pause;
        this.runner = loops.loop("policies", jobs.deadline().plus(AROUND_A_JOB), this::round);
    }

    /** @param onStanding called with each object that stands otherwise than before */
    void start(Consumer<AuditKey> onStanding) {
        listener = onStanding;
        runner.start();
    }

    @Override
    public void close() {
        runner.close();
    }

    /** Asks for the verdicts on an object, which is put in line where there are none. */
    synchronized Standing ask(AuditKey key, String specHash) {
        takePolicies();
        Verdict verdict = known.get(key);
        if (verdict != null && verdict.specHash().equals(specHash)) {
            return new Standing.Judged(verdict.results());
        }
        waiting.add(key);
        notifyAll();
        return notRun.isEmpty() ? new Standing.Waiting() : new Standing.NotRun();
    }

    /** The object's report is written, or the object is gone. */
    synchronized void forget(AuditKey key) {
        known.remove(key);
        waiting.remove(key);
    }

    /** Objects whose turn has not come or is now; none while policies cannot be run, for nobody knows how long that will be. */
    synchronized int pending() {
        return notRun.isEmpty() ? waiting.size() + inBatch : 0;
    }

    /** Why policies cannot be used, by file. */
    synchronized Map<String, String> broken() {
        takePolicies();
        return Map.copyOf(broken);
    }

    /** Why policies could not be run the last time; empty where they could. */
    synchronized Optional<String> notRun() {
        return Optional.of(notRun).filter(text -> !text.isEmpty());
    }

    /** What is known of other policies is worth nothing. */
    private synchronized RegoPolicies takePolicies() {
        RegoPolicies now = current.policies();
        if (!now.equals(policies)) {
            policies = now;
            broken = Map.of();
            known.clear();
            recover();
            mostObjects = RegoBatch.MOST_OBJECTS;
        }
        return policies;
    }

    private void recover() {
        notRun = "";
        retryAt = Instant.MIN;
        retryAfter = FIRST_RETRY;
    }

    private Duration round() throws InterruptedException {
        runner.idle(() -> {
            awaitTurn();
            return true;
        });
        pause.of(GATHER);
        runBatch();
        return Duration.ZERO;
    }

    private void awaitTurn() throws InterruptedException {
        while (true) {
            synchronized (this) {
                takePolicies();
                while (waiting.isEmpty()) {
                    wait();
                }
                if (!clock.instant().isBefore(retryAt)) {
                    return;
                }
            }
            pause.of(Duration.ofSeconds(1));
        }
    }

    private void runBatch() throws InterruptedException {
        RegoPolicies used = takePolicies();
        Map<String, Taken> taken = new LinkedHashMap<>();
        try {
            // What goes wrong with one batch, its making included, must not end the thread that all the others need.
            RegoBatch batch = new RegoBatch(used.without(broken()), mostObjects());
            fill(batch, used, taken);
            if (batch.isEmpty()) {
                return;
            }
            switch (jobs.run(batch)) {
                case RegoJobs.Outcome.Judged judged -> accept(used, taken, judged.verdicts());
                case RegoJobs.Outcome.NotRun failed -> postpone(used, taken, failed.message());
                case RegoJobs.Outcome.TooMuch failed -> {
                    takeFewer(used, taken.size());
                    postpone(used, taken, failed.message());
                }
            }
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            postpone(used, taken, "the API server cannot be reached: " + e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            log.error("a batch of policies failed", e);
            postpone(used, taken, e.toString());
        } finally {
            synchronized (this) {
                inBatch = 0;
            }
        }
    }

    private void fill(RegoBatch batch, RegoPolicies used, Map<String, Taken> taken) throws IOException {
        if (batch.isTooSmall()) {
            throw new IOException("policies and libraries are too large for a Job; 350 KiB, compressed, are allowed");
        }
        AuditKey key;
        while (!batch.isFull() && (key = next()) != null) {
            try {
                if (!take(key, batch, used, taken)) {
                    putBack(key);
                    return;
                }
            } catch (IOException e) {
                // It is in no batch yet: only those that are come back when theirs fails.
                putBack(key);
                throw e;
            } catch (RuntimeException | StackOverflowError e) {
                // Put back, it would end every batch to come; it asks again with the next look at all objects.
                log.error("{} cannot be read for policies", key, e);
            }
        }
    }

    /** Whether the object was dealt with: put into the batch, or needs no batch. Not if the batch has no room left for it. */
    private boolean take(AuditKey key, RegoBatch batch, RegoPolicies used, Map<String, Taken> taken)
            throws IOException {
        Optional<JsonObject> object = fetch(key);
        if (object.isEmpty()) {
            return true;
        }
        String specHash = ObjectHash.of(object.get());
        if (!batch.applyTo(kindOf(key))) {
            // The policies for its kind are broken: nothing is to be said, and no Job needed to say it.
            judged(used, new Taken(key, specHash), List.of());
            return true;
        }
        RegoObject subject =
                new RegoObject(key.toString(), kindOf(key), object.get().toString());
        if (batch.add(subject)) {
            taken.put(subject.id(), new Taken(key, specHash));
            return true;
        }
        if (!batch.isEmpty()) {
            return false;
        }
        used.of(kindOf(key))
                .forEach(policy ->
                        undecided.judged(subject.id(), policy.file(), policy, "the object is too large for a Job"));
        judged(used, new Taken(key, specHash), List.of());
        return true;
    }

    private synchronized void putBack(AuditKey key) {
        waiting.add(key);
    }

    private synchronized @Nullable AuditKey next() {
        if (waiting.isEmpty()) {
            return null;
        }
        inBatch++;
        return waiting.removeFirst();
    }

    private Optional<JsonObject> fetch(AuditKey key) throws IOException {
        return api.get(key.path(), Map.of(), KubeApi.JSON, body -> {
            JsonElement parsed = JsonParser.parseReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            JsonObject object = parsed.getAsJsonObject();
            object.addProperty("kind", kindOf(key));
            object.addProperty("apiVersion", key.kind().resource().apiVersion());
            // Pages of who set which field: nothing a policy looks at, and half of an object's size.
            if (object.get("metadata") instanceof JsonObject metadata) {
                metadata.remove("managedFields");
            }
            return object;
        });
    }

    private void accept(RegoPolicies used, Map<String, Taken> taken, RegoVerdicts verdicts) {
        synchronized (this) {
            if (used.equals(policies)) {
                Map<String, String> all = new HashMap<>(broken);
                all.putAll(verdicts.broken());
                verdicts.broken().forEach((policy, why) -> log.warn("policy {} not in force: {}", policy, why));
                broken = all;
                recover();
                mostObjects = Math.min(mostObjects + GROWTH, RegoBatch.MOST_OBJECTS);
            }
        }
        taken.forEach((id, object) -> {
            for (RegoPolicy policy : used.of(kindOf(object.key()))) {
                Map<String, String> reasons = verdicts.undecided().getOrDefault(policy.file(), Map.of());
                undecided.judged(id, policy.file(), policy, reasons.get(id));
            }
            judged(used, object, verdicts.results().getOrDefault(id, List.of()));
        });
    }

    private void judged(RegoPolicies used, Taken object, List<CheckResult> results) {
        synchronized (this) {
            if (used.equals(policies)) {
                known.put(object.key(), new Verdict(object.specHash(), results));
                // Asked for again while its batch ran; who needs more than this verdict asks when he is called.
                waiting.remove(object.key());
            }
        }
        listener.accept(object.key());
    }

    private void postpone(RegoPolicies used, Map<String, Taken> taken, String message) {
        List<AuditKey> told;
        synchronized (this) {
            taken.values().forEach(object -> waiting.add(object.key()));
            if (used.equals(policies)) {
                notRun = message;
                retryAt = clock.instant().plus(retryAfter);
                log.warn("policies not run: {}; trying again in {} s", message, retryAfter.toSeconds());
                Duration next = retryAfter.multipliedBy(2);
                retryAfter = next.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : next;
            }
            told = new ArrayList<>(waiting);
        }
        told.forEach(listener);
    }

    private synchronized int mostObjects() {
        return mostObjects;
    }

    /** A batch that was too much for memory, time or log is too much the next time as well. */
    private synchronized void takeFewer(RegoPolicies used, int tried) {
        if (used.equals(policies)) {
            mostObjects = Math.max(1, tried / 2);
        }
    }

    private static String kindOf(AuditKey key) {
        return key.kind().resource().kind();
    }
}
