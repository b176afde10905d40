package dev.breakwater.cli.control;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Clients for the current context of a kubeconfig. */
public final class KubeconfigClient {
    private KubeconfigClient() {}

    /**
     * @throws IOException in words, where the file is not there or is no kubeconfig
     */
    public static ApiClient of(Path kubeconfig) throws IOException {
        try (Reader reader = Files.newBufferedReader(kubeconfig)) {
            KubeConfig config = KubeConfig.loadKubeConfig(reader);
            // Relative paths in it are relative to it.
            config.setFile(kubeconfig.toFile());
            return ClientBuilder.kubeconfig(config).build();
        } catch (NoSuchFileException e) {
            throw new IOException("there is no kubeconfig " + kubeconfig, e);
        }
    }
}
