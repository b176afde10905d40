package dev.breakwater.cli.demo;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.audit.CurrentCheckSet;
import dev.breakwater.controller.audit.ManifestAudit;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.reports.ContainerReports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Fills a server with the reports of the sample cluster, over its API.
 *
 * @param containers that the sample cluster runs
 * @param digests of their images
 * @param scanReports written from the recorded scans
 * @param audited objects whose configuration was audited
 * @param auditReports written about them
 */
public record SampleFill(int containers, long digests, int scanReports, int audited, int auditReports) {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** Told after each digest. */
    @FunctionalInterface
    interface Progress {
        void scanned(int digests, int all);
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
        SampleCluster cluster = SampleCluster.load();
        List<RunningContainer> containers = cluster.containers(images);
        int scanReports =
                new ScanReports(new ContainerReports(api, folder), images, folder).write(containers, progress);
        long digests =
                containers.stream().map(RunningContainer::running).distinct().count();
        List<ObjectNode> objects = cluster.audited();
        int auditReports = 0;
        ManifestAudit audit = audit();
        for (ObjectNode object : objects) {
            for (ManifestAudit.Unwritten unwritten : audit.reportsOf(object)) {
                byte[] body = MAPPER.writeValueAsBytes(unwritten.report());
                api.create(unwritten.resource().in(unwritten.namespace()), out -> out.write(body), KubeApi::ignore);
                auditReports++;
            }
        }
        return new SampleFill(containers.size(), digests, scanReports, objects.size(), auditReports);
    }

    private static ManifestAudit audit() throws IOException {
        AuditSettings settings = AuditSettings.defaults();
        try {
            return new ManifestAudit(settings, new CurrentCheckSet(settings, Optional.empty()), InstantSource.system());
        } catch (InvalidCheck e) {
            throw new IOException("a built-in check is broken: " + e.getMessage(), e);
        }
    }
}
