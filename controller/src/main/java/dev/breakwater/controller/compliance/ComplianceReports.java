package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.events.ObjectEvents;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of every ClusterComplianceReport up to date: compiled once after the start, then on its cron, and at once when its spec changes.
 * Everything that is due at a moment is compiled in one pass over the reports.
 *
 * <p>A status is written when its content differs from the one that is there; its timestamp alone is no difference. A spec that cannot be used gets an
 * Event and a condition with the reason; what the last good spec gave stays.
 *
 * <p>Threading: one loop compiles; informer threads and {@link #recompile} wake it.
 */
public final class ComplianceReports implements AutoCloseable {
    public static final Resource RESOURCE = new Resource(
            ReportKind.GROUP, ReportKind.VERSION, "clustercompliancereports", "ClusterComplianceReport", false);

    private static final Logger log = LoggerFactory.getLogger(ComplianceReports.class);
    /** Type of the condition that says why a spec is not compiled; a status that was compiled has no conditions. */
    private static final String CONDITION = "Compiled";
    /** Clocks are set and processes are frozen; no sleep may outlast that by much. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    /** Of a large cluster, all reports are read page by page, each with all its attempts. */
    private static final Duration LONGEST_STEP = Duration.ofHours(1);

    private final KubeApi api;
    private final ReportStream stream;
    private final ObjectEvents events;
    private final ComplianceStatus status;
    private final Supplier<CurrentChecks> checks;
    private final ComplianceSettings settings;
    private final InstantSource clock;
    private final ViewInformer<ComplianceView> informer;
    /** What was compiled last, by name; used by the compiling thread only. */
    private final Map<String, Compiled> compiled = new HashMap<>();

    private final AtomicBoolean everything = new AtomicBoolean();
    private final Loop loop;
    /** Of the loop. */
    private boolean builtInExist;

    private record Compiled(String specText, Instant at) {}

    private record Due(String name, String specText, ComplianceSpec spec) {}

    /** @param checks asked anew for each compilation, because users' checks come and go */
    public ComplianceReports(
            KubeApi api,
            Loops loops,
            Gson gson,
            Supplier<CurrentChecks> checks,
            ComplianceSettings settings,
            InstantSource clock) {
        this.api = api;
        this.status = new ComplianceStatus(api);
        this.stream = new ReportPages(api);
        this.events = new ObjectEvents(api, clock);
        this.checks = checks;
        this.settings = settings;
        this.clock = clock;
        this.informer = new ViewInformer<>(api, loops, gson, ComplianceView.class, RESOURCE, false, Map.of(), Map.of());
        this.loop = loops.loop("compliance", LONGEST_STEP, this::step);
    }

    /** Begins to watch and to compile. Best called when the audits have seen the cluster once: before, much is not assessed. */
    public void start() {
        informer.onChange(view -> loop.wake());
        informer.start();
        loop.start();
    }

    /** Compiles everything soon, because the checks have changed. */
    public void recompile() {
        everything.set(true);
        loop.wake();
    }

    @Override
    public void close() {
        loop.close();
        informer.close();
    }

    private Duration step() throws InterruptedException {
        if (!builtInExist && !createBuiltIn()) {
            return settings.retry();
        }
        builtInExist = true;
        if (!informer.hasSynced()) {
            return Duration.ofMillis(100);
        }
        boolean all = everything.getAndSet(false);
        try {
            return round(all);
        } catch (RuntimeException | StackOverflowError e) {
            // What was asked for is still to be done.
            everything.compareAndSet(false, all);
            throw e;
        }
    }

    private boolean createBuiltIn() throws InterruptedException {
        try {
            new BuiltInReports(api).ensure(settings.frameworks());
            return true;
        } catch (IOException e) {
            stopIfInterrupted();
            log.warn("built-in frameworks not created: {}; trying again", e.toString());
            return false;
        }
    }

    /** Compiles what is due; how long nothing will be. */
    private Duration round(boolean all) throws InterruptedException {
        Instant now = clock.instant();
        List<Due> due = new ArrayList<>();
        Instant next = now.plus(LONGEST_SLEEP);
        List<ComplianceView> views = informer.all();
        compiled.keySet().retainAll(views.stream().map(ComplianceView::name).toList());
        for (ComplianceView view : views) {
            try {
                ComplianceSpec spec = ComplianceSpec.parse(Json.MAPPER.readTree(view.specText()));
                Instant scheduled = dueAt(view, spec);
                Instant time = all ? now : scheduled;
                if (!time.isAfter(now)) {
                    due.add(new Due(view.name(), view.specText(), spec));
                } else if (time.isBefore(next)) {
                    next = time;
                }
            } catch (InvalidSpec | JsonProcessingException e) {
                refuse(view, String.valueOf(e.getMessage()), now);
            } catch (RuntimeException | StackOverflowError e) {
                // One spec that nobody thought of must not keep the others from being compiled.
                log.error("compliance report {} cannot be read", view.name(), e);
                refuse(view, "it cannot be read: " + e, now);
            }
        }
        if (!due.isEmpty() && !compileNow(due, now)) {
            return settings.retry();
        }
        // What was due has its next time now.
        return due.isEmpty() ? Duration.between(now, next) : Duration.ZERO;
    }

    private Instant dueAt(ComplianceView view, ComplianceSpec spec) throws InvalidSpec {
        Schedule schedule = Schedule.parse(spec.cron(), settings.zone());
        Compiled last = compiled.get(view.name());
        return last == null || !last.specText().equals(view.specText()) ? Instant.MIN : schedule.after(last.at());
    }

    /** Said once per spec, not once per round. */
    private void refuse(ComplianceView view, String why, Instant now) throws InterruptedException {
        Compiled last = compiled.put(view.name(), new Compiled(view.specText(), now));
        if (last != null && last.specText().equals(view.specText())) {
            return;
        }
        log.warn("compliance report {} is not compiled: {}", view.name(), why);
        try {
            events.record(
                    new ObjectEvents.Regarding(
                            RESOURCE.apiVersion(), RESOURCE.kind(), "", view.name(), view.uid(), "spec"),
                    why,
                    ObjectEvents.Type.WARNING,
                    "InvalidSpec",
                    "compliance report " + view.name() + " is not compiled: " + why,
                    1);
            status.update(view.name(), old -> {
                ObjectNode refused = old.deepCopy();
                refused.putArray("conditions")
                        .addObject()
                        .put("type", CONDITION)
                        .put("status", "False")
                        .put("reason", "InvalidSpec")
                        .put("message", why)
                        .put("lastTransitionTime", ComplianceStatus.seconds(now));
                return refused;
            });
        } catch (IOException e) {
            stopIfInterrupted();
            log.warn("compliance report {}: its reason not told: {}; trying again", view.name(), e.toString());
            compiled.remove(view.name());
        }
    }

    private boolean compileNow(List<Due> due, Instant now) throws InterruptedException {
        try {
            compile(due, now);
            return true;
        } catch (IOException | RuntimeException e) {
            stopIfInterrupted();
            log.warn("compliance not compiled: {}; trying again", e.toString());
            return false;
        }
    }

    private void compile(List<Due> due, Instant now) throws IOException {
        Compilation compilation = new Compilation(
                due.stream().map(Due::spec).toList(), checks.get(), settings.deviations(), settings.entryLimit());
        compilation.read(stream);
        ObjectPresence presence = new ClusterObjects(api);
        for (Due report : due) {
            status.write(report.name(), compilation.status(report.spec(), presence), now);
            compiled.put(report.name(), new Compiled(report.specText(), now));
        }
        log.debug("compiled {} compliance reports", due.size());
    }

    /** A request that was interrupted fails like any other; only the flag tells. */
    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
