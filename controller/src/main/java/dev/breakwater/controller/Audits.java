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
import dev.breakwater.controller.nodes.NodeAssessments;
import dev.breakwater.controller.nodes.OwnPod;
import dev.breakwater.controller.rego.RegoJobs;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
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
    /** A cluster where something always changes is never quiet; compliance is then compiled all the same. */
    private static final Duration LONGEST_PASS = Duration.ofMinutes(10);

    private final ConfigurationAudit objects;
    private final NodeAssessments nodes;
    private final ComplianceReports compliance;
    private final InstantSource clock;
    private final Pause pause;
    /** How often the checks in force have changed. */
    private final AtomicLong changes = new AtomicLong();

    private final Thread keeper;

    private Audits(
            ConfigurationAudit objects,
            NodeAssessments nodes,
            ComplianceReports compliance,
            InstantSource clock,
            Pause pause) {
        this.objects = objects;
        this.nodes = nodes;
        this.compliance = compliance;
        this.clock = clock;
        this.pause = pause;
        this.keeper = Thread.ofVirtual().name("compliance-keeper").unstarted(this::keepCompliance);
    }

    /**
     * Compiles the checks, which takes a moment, and starts the parts; empty when that is not wanted.
     *
     * @param folder for results of policies on their way into reports
     */
    static Optional<Audits> start(
            KubeApi api, Gson gson, ControllerSettings settings, Path folder, InstantSource clock, Pause pause) {
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
                new BundlePulls(
                        settings.audit().bundle(), Set.copyOf(settings.scanner().plainRegistries()), clock, pause),
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
                clock,
                pause);
        ComplianceReports compliance = new ComplianceReports(
                api,
                gson,
                () -> new EngineChecks(checks.checks(), checks::isMadeWithTheseChecks),
                settings.compliance(),
                clock);
        Audits audits = new Audits(objects, nodes, compliance, clock, pause);
        objects.onChecksChange(audits.changes::incrementAndGet);
        objects.start();
        nodes.start();
        audits.keeper.start();
        return Optional.of(audits);
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
    private void keepCompliance() {
        try {
            long compiled = changes.get();
            awaitObjects();
            boolean nodesAssessed = nodes.isSettled();
            compliance.start();
            while (true) {
                pause.of(QUIET);
                long now = changes.get();
                if (now != compiled) {
                    awaitObjects();
                    compiled = now;
                    compliance.recompile();
                }
                boolean settled = nodes.isSettled();
                if (settled && !nodesAssessed) {
                    compliance.recompile();
                }
                nodesAssessed = settled;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when every object has been looked at since the last change of the checks, or when that takes too long. */
    private void awaitObjects() throws InterruptedException {
        Instant latest = clock.instant().plus(LONGEST_PASS);
        long before = -1;
        while (!objects.hasSynced() || objects.waiting() > 0 || objects.audited() != before) {
            if (clock.instant().isAfter(latest)) {
                log.info("compliance is compiled although {} objects wait to be audited", objects.waiting());
                return;
            }
            before = objects.audited();
            pause.of(QUIET);
        }
    }

    @Override
    public void close() {
        keeper.interrupt();
        compliance.close();
        nodes.close();
        objects.close();
    }
}
