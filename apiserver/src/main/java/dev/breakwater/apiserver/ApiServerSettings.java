package dev.breakwater.apiserver;

import dev.breakwater.apiserver.fairness.FairnessSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the API server is told at its start.
 *
 * @param host address to listen on; {@code null} for all
 * @param port to listen on; 0 for any free one
 * @param version of Breakwater, such as {@code 0.1.0}; shown by {@code /version}
 * @param shutdownDelay how long to go on serving while readiness already fails, so that nobody sends us new requests when we stop
 * @param drainLimit how long to wait then for requests that are running
 * @param controllerUser name of the user that our controller is: it has a share of the server of its own
 */
public record ApiServerSettings(
        @Nullable String host,
        int port,
        String version,
        Duration shutdownDelay,
        Duration drainLimit,
        String controllerUser,
        Mode mode) {

    /** With our controller as the manifests name it. */
    public ApiServerSettings(
            @Nullable String host, int port, String version, Duration shutdownDelay, Duration drainLimit, Mode mode) {
        this(host, port, version, shutdownDelay, drainLimit, FairnessSettings.CONTROLLER, mode);
    }

    public sealed interface Mode {}

    /**
     * Without a cluster.
     *
     * @param directory holds the authority, the kubeconfigs and {@code users.yaml}; made if it is not there
     */
    public record Standalone(Path directory) implements Mode {}

    /**
     * Behind the aggregator of a cluster.
     *
     * @param kubeconfig {@code null} to use the service account of the pod
     * @param namespace of the Service and of the Secret
     * @param service whose name the serving certificate bears
     * @param secret that keeps the serving certificate
     * @param certificateFile PEM file with a certificate that somebody else makes and renews; {@code null} to make one
     * @param keyFile PEM file with its key; given exactly if {@code certificateFile} is
     */
    public record InCluster(
            @Nullable Path kubeconfig,
            String namespace,
            String service,
            String secret,
            @Nullable Path certificateFile,
            @Nullable Path keyFile)
            implements Mode {}
}
