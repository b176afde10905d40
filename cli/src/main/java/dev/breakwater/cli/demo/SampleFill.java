package dev.breakwater.cli.demo;

import dev.breakwater.cli.control.KubeconfigClient;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.reports.ContainerReports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Fills a server with the reports of the sample cluster, over its API.
 *
 * @param containers that the sample cluster runs
 * @param digests of their images
 * @param reports written
 */
public record SampleFill(int containers, long digests, int reports) {
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
        List<RunningContainer> containers = SampleCluster.load().containers(images);
        int written = new ScanReports(new ContainerReports(api, folder), images, folder).write(containers, progress);
        long digests =
                containers.stream().map(RunningContainer::running).distinct().count();
        return new SampleFill(containers.size(), digests, written);
    }
}
