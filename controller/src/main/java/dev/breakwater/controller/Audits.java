package dev.breakwater.controller;

import com.google.gson.Gson;
import dev.breakwater.controller.audit.ConfigurationAudit;
import dev.breakwater.controller.audit.CurrentCheckSet;
import dev.breakwater.controller.bundle.BundlePulls;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.compliance.ComplianceReports;
import dev.breakwater.controller.compliance.EngineChecks;
import dev.breakwater.controller.inventory.NamespaceScope;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.nodes.NodeAssessments;
import dev.breakwater.controller.nodes.OwnPod;
import dev.breakwater.controller.rego.RegoJobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What works with the checks, wired: objects, nodes, and compliance over what both found.
 *
 * <p>Threading: the parts have threads of their own, until {@link #close}; one more tells compliance when there is something new to compile.
 */
final class Audits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Audits.class);
    private static final Duration QUIET = Duration.ofSeconds(1);
    /** A look at what is in memory. */
    private static final Duration LONGEST_STEP = Duration.ofMinutes(5);
    /** A cluster where something always changes is never quiet; compliance is then compiled all the same. */
    private static final Duration LONGEST_PASS = Duration.ofMinutes(10);

    private final ConfigurationAudit objects;
    private final NodeAssessments nodes;
    private final ComplianceReports compliance;
    private final InstantSource clock;
    /** How often the checks in force have changed. */
    private final AtomicLong changes = new AtomicLong();

    private final Loop keeper;
    /** Of the keeper: which change of the checks was compiled last, and whether there was a first compilation. */
    private long compiled = -1;

    private boolean nodesAssessed;
    private @Nullable Pass pass;

    /**
     * A pass over all objects that compliance waits for.
     *
     * @param change of the checks that it is for
     * @param latest when it is waited for no longer
     */
    private record Pass(long change, Instant latest, long audited) {}

    private Audits(
            ConfigurationAudit objects,
            NodeAssessments nodes,
            ComplianceReports compliance,
            Loops loops,
            InstantSource clock) {
        this.objects = objects;
        this.nodes = nodes;
        this.compliance = compliance;
        this.clock = clock;
        this.keeper = loops.loop("compliance-keeper", LONGEST_STEP, this::keepCompliance);
    }

    /**
     * Compiles the checks, which takes a moment, and starts the parts; empty when that is not wanted.
     *
     * @param folder for results of policies on their way into reports
     */
    static Optional<Audits> start(
            KubeApi api,
            Gson gson,
            ControllerSettings settings,
            Path folder,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        if (!settings.audit().enabled()) {
            return Optional.empty();
        }
        CurrentCheckSet checks = checks(settings);
        ConfigurationAudit objects = new ConfigurationAudit(
                api,
                gson,
                settings.namespace(),
                new NamespaceScope(settings.targetNamespaces(), settings.excludeNamespaces()),
                settings.audit(),
                checks,
                new RegoJobs(api, settings.jobNamespace(), settings.scanner(), settings.jobs(), folder, clock, pause),
                new BundlePulls(settings.audit().bundle(), settings.registryTransport(), loops, clock),
                loops,
                clock,
                pause);
        NodeAssessments nodes = new NodeAssessments(
                api,
                gson,
                settings.namespace(),
                new OwnPod(api, settings.namespace()).complete(settings.nodes()),
                checks::checks,
                () -> checks.configHash("NodeInfo"),
                settings.audit(),
                loops,
                clock,
                pause);
        ComplianceReports compliance = new ComplianceReports(
                api,
                loops,
                gson,
                () -> new EngineChecks(checks.checks(), checks::isMadeWithTheseChecks),
                settings.compliance(),
                clock);
        Audits audits = new Audits(objects, nodes, compliance, loops, clock);
        objects.onChecksChange(audits.changes::incrementAndGet);
        try {
            objects.start();
            nodes.start();
            audits.keeper.start();
            return Optional.of(audits);
        } catch (RuntimeException e) {
            audits.close();
            throw e;
        }
    }

    private static CurrentCheckSet checks(ControllerSettings settings) {
        try {
            return new CurrentCheckSet(settings.audit(), Optional.empty());
        } catch (InvalidCheck e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Before a pass over the cluster is through, controls would come out as not assessed for no better reason than the time of day: at the start, and after
     * the checks have changed. Nodes take longer than objects; what is known of objects need not wait for them.
     */
    private Duration keepCompliance() {
        long now = changes.get();
        if (now != compiled && !isThrough(now)) {
            return QUIET;
        }
        boolean settled = nodes.isSettled();
        if (compiled < 0) {
            compliance.start();
            compiled = now;
        } else if (now != compiled || (settled && !nodesAssessed)) {
            compliance.recompile();
            compiled = now;
        }
        nodesAssessed = settled;
        return QUIET;
    }

    /** Whether every object has been looked at since the change of the checks, or that takes too long. */
    private boolean isThrough(long change) {
        Pass now = pass;
        if (now == null || now.change() != change) {
            pass = new Pass(change, clock.instant().plus(LONGEST_PASS), -1);
            return false;
        }
        boolean quiet = objects.hasSynced() && objects.waiting() == 0 && objects.audited() == now.audited();
        if (!quiet && clock.instant().isAfter(now.latest())) {
            log.info("compliance is compiled although {} objects wait to be audited", objects.waiting());
            quiet = true;
        }
        pass = quiet ? null : new Pass(change, now.latest(), objects.audited());
        return quiet;
    }

    @Override
    public void close() {
        keeper.close();
        compliance.close();
        nodes.close();
        objects.close();
    }
}
