package dev.breakwater.cli.control;

import dev.breakwater.controller.registry.RegistrySettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** How registries are reached, and with whose credentials. */
final class RegistryOptions {
    private static final RegistrySettings DEFAULTS = RegistrySettings.defaults();

    @Option(
            names = "--registry-pod-secrets",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = {
                "Use the pull secrets of pods and of their service accounts, where a role allows to read them",
                "(default: yes; docs/registries.md)."
            })
    boolean podSecrets = DEFAULTS.podSecrets();

    @Option(
            names = "--registry-secrets",
            paramLabel = "NAMESPACE=SECRET",
            split = ",",
            description = {
                "More pull secrets for the images of a namespace; those of the controller's own are for all images.",
                "In the file: registry: {secrets: {shop: [hub, mirror], breakwater: [fleet]}}"
            })
    List<String> secrets = new ArrayList<>();

    @Option(
            names = "--registry-ca-config-map",
            paramLabel = "NAME",
            description = "ConfigMap in the Jobs' namespace with certificate authorities of registries, in PEM.")
    String caConfigMap = DEFAULTS.caConfigMap();

    @Option(names = "--registry-ca-secret", paramLabel = "NAME", description = "The same as a Secret.")
    String caSecret = DEFAULTS.caSecret();

    @Option(
            names = "--registry-ca-folder",
            paramLabel = "DIR",
            description = "Where the controller itself finds these certificates as files.")
    String caFolder = DEFAULTS.caFolder();

    @Option(
            names = "--registry-mirrors",
            paramLabel = "PREFIX=PREFIX",
            split = ",",
            description = {
                "Where to pull instead: HOST[/PATH]=HOST[/PATH], such as docker.io=mirror.example/hub.",
                "In the file: registry: {mirrors: {docker.io: mirror.example/hub}}"
            })
    Map<String, String> mirrors = new LinkedHashMap<>();

    @Option(
            names = "--registry-http-proxy",
            paramLabel = "URL",
            description = "Proxy for registries without TLS, of scans and of the controller.")
    String httpProxy = DEFAULTS.httpProxy();

    @Option(
            names = "--registry-https-proxy",
            paramLabel = "URL",
            description = "Proxy for registries with TLS, of scans and of the controller.")
    String httpsProxy = DEFAULTS.httpsProxy();

    @Option(
            names = "--registry-no-proxy",
            paramLabel = "LIST",
            split = ",",
            description = "Hosts, domains and ranges of addresses that are reached without a proxy.")
    List<String> noProxy = new ArrayList<>();

    RegistrySettings settings() {
        return new RegistrySettings(
                podSecrets,
                secretsByNamespace(),
                caConfigMap,
                caSecret,
                caFolder,
                mirrors,
                httpProxy,
                httpsProxy,
                noProxy);
    }

    private Map<String, List<String>> secretsByNamespace() {
        Map<String, List<String>> byNamespace = new LinkedHashMap<>();
        for (String entry : secrets) {
            int equals = entry.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "--registry-secrets: '" + entry + "' is not a namespace and a Secret such as shop=hub");
            }
            byNamespace
                    .computeIfAbsent(entry.substring(0, equals).strip(), first -> new ArrayList<>())
                    .add(entry.substring(equals + 1).strip());
        }
        return byNamespace;
    }
}
