package dev.breakwater.controller.registry;

import dev.breakwater.controller.bounds.Bounds;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/**
 * How registries are reached and with whose credentials, by scan Jobs and by the controller itself. Keys under {@code registry}, each named as its
 * component. Which registries speak plain HTTP or have certificates that are not checked stands in {@code scanner.plainRegistries} and
 * {@code scanner.insecureRegistries}.
 *
 * @param podSecrets {@code registry.podSecrets}: whether pull secrets of pods and of their service accounts are used, as far as roles allow to read them
 * @param secrets {@code registry.secrets}: more pull secrets by their namespace, for the images of that namespace; those of the controller's own namespace
 *     are for all images
 * @param caConfigMap {@code registry.caConfigMap}: a ConfigMap in the Jobs' namespace whose keys are certificate authorities in PEM; empty for none
 * @param caSecret {@code registry.caSecret}: the same as a Secret; empty for none
 * @param caFolder {@code registry.caFolder}: where the controller finds the same certificates as files; empty for nowhere
 * @param mirrors {@code registry.mirrors}: where to pull instead, by the beginning of an image's name: a host, or a host and a path
 * @param httpProxy {@code registry.httpProxy}: a URL without a password; empty for none
 * @param httpsProxy {@code registry.httpsProxy}: the same, for registries that speak TLS
 * @param noProxy {@code registry.noProxy}: hosts that are reached without a proxy; a domain is for all hosts of it, and ranges of addresses are understood
 */
public record RegistrySettings(
        boolean podSecrets,
        Map<String, List<String>> secrets,
        String caConfigMap,
        String caSecret,
        String caFolder,
        Map<String, String> mirrors,
        String httpProxy,
        String httpsProxy,
        List<String> noProxy) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public RegistrySettings {
        Bounds bounds = new Bounds("registry");
        secrets.forEach((namespace, names) -> {
            bounds.namespace("secrets", namespace);
            names.forEach(name -> bounds.name("secrets", name));
        });
        if (!caConfigMap.isEmpty()) {
            bounds.name("caConfigMap", caConfigMap);
        }
        if (!caSecret.isEmpty()) {
            bounds.name("caSecret", caSecret);
        }
        if (!caFolder.isEmpty()) {
            bounds.absolutePath("caFolder", caFolder);
        }
        mirrors.forEach((prefix, replacement) -> bounds.parsed(
                "mirrors",
                prefix + "=" + replacement,
                pair -> new RegistryMirrors(Map.of(prefix, replacement)),
                "HOST[/PATH]=HOST[/PATH], such as docker.io=mirror.example/hub"));
        proxy(bounds, "httpProxy", httpProxy);
        proxy(bounds, "httpsProxy", httpsProxy);
        noProxy.forEach(entry -> bounds.parsed(
                "noProxy", entry, NoProxy::check, "a host, a domain, an address or a range such as 10.0.0.0/8"));
        bounds.check();
    }

    /** A password would stand in the plain environment of every Job. */
    private static void proxy(Bounds bounds, String key, String value) {
        if (value.isEmpty()) {
            return;
        }
        String user;
        try {
            user = new URI(value).getRawUserInfo();
        } catch (URISyntaxException e) {
            user = null;
        }
        if (user == null) {
            bounds.url(key, value);
        } else {
            bounds.require(false, key, "http://USER:PASSWORD@...", "a URL without user and password");
        }
    }

    public static RegistrySettings defaults() {
        return new RegistrySettings(true, Map.of(), "", "", "", Map.of(), "", "", List.of());
    }

    boolean hasProxy() {
        return !httpProxy.isEmpty() || !httpsProxy.isEmpty();
    }
}
