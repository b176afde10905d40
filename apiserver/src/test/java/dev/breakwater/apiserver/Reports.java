package dev.breakwater.apiserver;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.ShutdownSignal;
import dev.breakwater.apiserver.resources.ResourceSettings;
import dev.breakwater.apiserver.resources.Resources;
import dev.breakwater.storage.ReportStore;
import java.security.SecureRandom;
import java.time.InstantSource;

/** What the tests of the whole server share: the real data plane, and a report for it. */
final class Reports {
    private Reports() {}

    static ResourceEndpoint endpoint(KindTable kinds, ReportStore store, Room room, ShutdownSignal shutdown) {
        return new Resources(
                kinds, store, ResourceSettings.defaults(), room, InstantSource.system(), new SecureRandom(), shutdown);
    }

    static String vulnerabilityReport(String namespace, String name) {
        return """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: VulnerabilityReport
                metadata: {name: %s, namespace: %s}
                report:
                  updateTimestamp: "2026-01-01T00:00:00Z"
                  scanner: {name: Trivy, vendor: Aqua Security, version: 0.72.0}
                  registry: {server: index.docker.io}
                  artifact: {repository: shop/web, tag: "1.2"}
                  os: {family: debian, name: "12"}
                  summary: {criticalCount: 1, highCount: 0, mediumCount: 0, lowCount: 0, unknownCount: 0}
                  vulnerabilities:
                  - vulnerabilityID: CVE-2024-3094
                    resource: liblzma5
                    installedVersion: 5.6.0
                    fixedVersion: 5.6.2
                    publishedDate: ""
                    lastModifiedDate: ""
                    severity: CRITICAL
                    title: a backdoor
                """.formatted(name, namespace);
    }
}
