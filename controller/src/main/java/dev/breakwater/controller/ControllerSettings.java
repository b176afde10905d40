package dev.breakwater.controller;

import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.bounds.Bounds;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.expiry.ExpirySettings;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.RegistryTransport;
import dev.breakwater.controller.rematch.RematchSettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * Everything that can be set. Nested records say their keys themselves.
 *
 * @param namespace {@code namespace}: of the controller; scan Jobs and the Lease live there
 * @param targetNamespaces {@code targetNamespaces}: the only ones looked at; empty for all
 * @param excludeNamespaces {@code excludeNamespaces}: never looked at; {@code *} and {@code ?} are understood
 * @param defaultPlatform {@code defaultPlatform}: of pods whose node does not say its own
 * @param workFolder {@code workFolder}: for results on their way into reports; at most {@code jobs.concurrent} times a few hundred MB
 * @param probePort {@code probePort}: for /healthz, /readyz and /metrics; 0 for a free one
 */
public record ControllerSettings(
        String namespace,
        List<String> targetNamespaces,
        List<String> excludeNamespaces,
        Platform defaultPlatform,
        Path workFolder,
        int probePort,
        ScannerSettings scanner,
        JobSettings jobs,
        RegistrySettings registry,
        RetrySettings retry,
        ExpirySettings expiry,
        RematchSettings rematch,
        LeaseSettings lease,
        AuditSettings audit,
        ComplianceSettings compliance,
        CollectorSettings nodes) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public ControllerSettings {
        Bounds bounds = new Bounds("");
        bounds.namespace("namespace", namespace)
                .namespacePatterns("excludeNamespaces", excludeNamespaces)
                .port("probePort", probePort)
                .require(
                        jobs.deadline().compareTo(scanner.timeout()) > 0,
                        "jobs.deadline",
                        jobs.deadline().toSeconds() + "s",
                        "more than --scanner-timeout, " + scanner.timeout().toSeconds() + "s: pulling counts too");
        targetNamespaces.forEach(target -> bounds.namespace("targetNamespaces", target));
        bounds.check();
    }

    public static ControllerSettings defaults() {
        return new ControllerSettings(
                "breakwater",
                List.of(),
                List.of(),
                Platform.LINUX_AMD64,
                Path.of(System.getProperty("java.io.tmpdir")),
                8080,
                ScannerSettings.defaults(),
                JobSettings.defaults(),
                RegistrySettings.defaults(),
                RetrySettings.defaults(),
                ExpirySettings.defaults(),
                RematchSettings.defaults(),
                LeaseSettings.defaults(),
                AuditSettings.defaults(),
                ComplianceSettings.defaults(),
                CollectorSettings.defaults());
    }

    /** Where scan Jobs run. */
    String jobNamespace() {
        return jobs.namespace().isEmpty() ? namespace : jobs.namespace();
    }

    /** How the controller itself reaches registries. */
    RegistryTransport registryTransport() {
        return new RegistryTransport(registry, scanner.plainRegistries(), scanner.insecureRegistries());
    }
}
