package dev.breakwater.cli.control;

import java.io.File;
import java.nio.file.Path;

/** Where kubectl looks when nobody names a file. */
public final class DefaultKubeconfig {
    private DefaultKubeconfig() {}

    /** The first of {@code $KUBECONFIG}, else {@code ~/.kube/config}. */
    public static Path file() {
        String named = System.getenv("KUBECONFIG");
        return named != null && !named.isEmpty()
                ? Path.of(named.split(File.pathSeparator, 2)[0])
                : Path.of(System.getProperty("user.home"), ".kube", "config");
    }
}
