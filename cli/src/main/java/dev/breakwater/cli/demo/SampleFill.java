package dev.breakwater.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.audit.CurrentCheckSet;
import dev.breakwater.controller.audit.ManifestAudit;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.compliance.ComplianceOnce;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.compliance.EngineChecks;
import dev.breakwater.controller.imagescan.ImageScans;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.nodes.NodeFacts;
import dev.breakwater.controller.nodes.RecordedNode;
import dev.breakwater.controller.reports.ContainerReports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fills a server with the reports of the sample cluster, over its API. What a start before has written is written anew.
 *
 * @param containers that the sample cluster runs
 * @param digests of their images
 * @param scanReports written from the recorded scans
 * @param unscanned images that could not be scanned
 * @param audited objects whose configuration was audited, a node among them
 * @param auditReports written about them
 * @param frameworks of compliance, compiled from the reports
 */
public record SampleFill(
        int containers, long digests, int scanReports, int unscanned, int audited, int auditReports, int frameworks) {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String NODE = "node-1";

    /** Told after each digest, and asked before each report. */
    @FunctionalInterface
    interface Progress {
        void scanned(int digests, int all);

        /** May throw, which ends the filling. */
        default void goesOn() {}
    }

    /**
     * @param kubeconfig of the server
     * @param folder for files that live as long as the call
     */
    public static SampleFill fill(Path kubeconfig, Path folder) throws IOException {
        return fill(
                new KubeApi(KubeconfigClient.of(kubeconfig), Pause.sleeping()),
                folder,
                SampleImages.load(),
                (a, b) -> {});
    }

    static SampleFill fill(KubeApi api, Path folder, SampleImages images, Progress progress) throws IOException {
        List<RunningContainer> containers = SampleCluster.load().containers(images);
        ImageScans scans = new ImageScans(api);
        // What the controller derives from the settings of its scanner.
        String settingsHash = SafeHash.ofBytes(images.trivyVersion().getBytes(StandardCharsets.UTF_8));
        int scanReports = new ScanReports(new ContainerReports(api, folder), scans, images, settingsHash, folder)
                .write(containers, progress);
        int unscanned = Unscanned.write(scans, settingsHash, Instant.now());
        long digests =
                containers.stream().map(RunningContainer::running).distinct().count();
        return audited(api, progress).filled(containers.size(), digests, scanReports, unscanned);
    }

    private record Audits(int audited, int reports, int frameworks) {
        SampleFill filled(int containers, long digests, int scanReports, int unscanned) {
            return new SampleFill(containers, digests, scanReports, unscanned, audited, reports, frameworks);
        }
    }

    private static Audits audited(KubeApi api, Progress progress) throws IOException {
        AuditSettings settings = AuditSettings.defaults();
        CurrentCheckSet current = checks(settings);
        List<ObjectNode> objects = new ArrayList<>(SampleCluster.load().audited());
        objects.addAll(SampleCluster.controlPlane().audited());
        ManifestAudit audit = new ManifestAudit(settings, current, InstantSource.system());
        Set<String> kinds = new HashSet<>(Set.of("NodeInfo"));
        int reports = 0;
        for (ObjectNode object : objects) {
            kinds.add(object.path("kind").asText());
            for (ManifestAudit.Unwritten unwritten : audit.reportsOf(object)) {
                progress.goesOn();
                put(api, unwritten);
                reports++;
            }
        }
        node().write(api, current.checks(), current.configHash("NodeInfo"), settings, Instant.now());
        progress.goesOn();
        int frameworks = new ComplianceOnce(api, ComplianceSettings.defaults())
                .write(
                        new EngineChecks(current.checks(), current::isMadeWithTheseChecks),
                        kinds::contains,
                        Instant.now());
        return new Audits(objects.size() + 1, reports + 1, frameworks);
    }

    /** Creates, or replaces what a start before has written. */
    private static void put(KubeApi api, ManifestAudit.Unwritten unwritten) throws IOException {
        ObjectNode report = unwritten.report();
        try {
            api.create(
                    unwritten.resource().in(unwritten.namespace()), out -> out.write(bytes(report)), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isConflict()) {
                throw refusal;
            }
            String path = unwritten
                    .resource()
                    .named(
                            unwritten.namespace(),
                            report.path("metadata").path("name").asText());
            JsonNode existing = api.get(path, Map.of(), KubeApi.METADATA_ONLY, MAPPER::readTree)
                    .orElseThrow(() -> refusal);
            report.withObject("/metadata")
                    .set("resourceVersion", existing.path("metadata").path("resourceVersion"));
            api.update(path, out -> out.write(bytes(report)), KubeApi::ignore);
        }
    }

    private static byte[] bytes(ObjectNode report) throws IOException {
        return MAPPER.writeValueAsBytes(report);
    }

    private static RecordedNode node() throws IOException {
        try (InputStream facts = SampleCluster.resource("/demo/cluster/node.json")) {
            String text = new String(facts.readAllBytes(), StandardCharsets.UTF_8);
            return new RecordedNode(
                    NODE,
                    SampleCluster.identity("Node", "", NODE),
                    NodeFacts.parse(text).orElseThrow(() -> new IOException("node.json holds no facts of a node")));
        }
    }

    private static CurrentCheckSet checks(AuditSettings settings) throws IOException {
        try {
            return new CurrentCheckSet(settings, Optional.empty());
        } catch (InvalidCheck e) {
            throw new IOException("a built-in check is broken: " + e.getMessage(), e);
        }
    }
}
