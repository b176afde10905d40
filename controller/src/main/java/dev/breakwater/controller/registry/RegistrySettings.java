package dev.breakwater.controller.registry;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rule;
import dev.breakwater.settings.Rule.Refusal;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;

/**
 * How registries are reached and with whose credentials, by scan Jobs and by the controller itself. Which registries speak plain HTTP or have certificates
 * that are not checked stands in {@code scanner.plainRegistries} and {@code scanner.insecureRegistries}.
 */
public record RegistrySettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Registries");

    public static final Setting<Boolean> POD_SECRETS = SETTINGS.add(
            "registry.podSecrets",
            Types.yesOrNo(),
            by(true),
            Rules.any(),
            "Use the pull secrets of pods and of their service accounts, where a role allows to read them (docs/registries.md)");

    /** By their namespace, for the images of that namespace; those of the controller's own namespace are for all images. */
    public static final Setting<Map<String, List<String>>> SECRETS = SETTINGS.add(
            "registry.secrets",
            Types.lists("NAMESPACE=SECRET", "shop=hub"),
            by(Map.of()),
            Rules.named(Rules.namespace(), Rules.name()),
            "More pull secrets for the images of a namespace; those of the controller's own are for all images. In the file:"
                    + " registry: {secrets: {shop: [hub, mirror], breakwater: [fleet]}}");

    public static final Setting<String> CA_CONFIG_MAP = SETTINGS.add(
            "registry.caConfigMap",
            Types.text("NAME"),
            by(""),
            Rules.orEmpty(Rules.name()),
            "ConfigMap in the Jobs' namespace with certificate authorities of registries, in PEM");

    public static final Setting<String> CA_SECRET = SETTINGS.add(
            "registry.caSecret", Types.text("NAME"), by(""), Rules.orEmpty(Rules.name()), "The same as a Secret");

    public static final Setting<String> CA_FOLDER = SETTINGS.add(
            "registry.caFolder",
            Types.text("DIR"),
            by(""),
            Rules.orEmpty(Rules.absolutePath()),
            "Where the controller itself finds these certificates as files");

    public static final Setting<Map<String, String>> MIRRORS = SETTINGS.add(
            "registry.mirrors",
            Types.map("PREFIX=PREFIX"),
            by(Map.of()),
            Rules.eachPair(mirror()),
            "Where to pull instead: HOST[/PATH]=HOST[/PATH], such as docker.io=mirror.example/hub. In the file: registry:"
                    + " {mirrors: {docker.io: mirror.example/hub}}");

    public static final Setting<String> HTTP_PROXY = SETTINGS.add(
            "registry.httpProxy",
            Types.text("URL"),
            by(""),
            proxy(),
            "Proxy for registries without TLS, of scans and of the controller");

    public static final Setting<String> HTTPS_PROXY = SETTINGS.add(
            "registry.httpsProxy",
            Types.text("URL"),
            by(""),
            proxy(),
            "Proxy for registries with TLS, of scans and of the controller");

    public static final Setting<List<String>> NO_PROXY = SETTINGS.add(
            "registry.noProxy",
            Types.texts("LIST"),
            by(List.of()),
            Rules.each(Rules.parsed(NoProxy::check, "a host, a domain, an address or a range such as 10.0.0.0/8")),
            "Hosts, domains and ranges of addresses that are reached without a proxy");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public RegistrySettings {
        values = values.of(SETTINGS);
        new Bounds().obey(SETTINGS, values).check();
    }

    public static RegistrySettings defaults() {
        return new RegistrySettings(SettingValues.DEFAULTS);
    }

    public <T> RegistrySettings with(Setting<T> setting, T value) {
        return new RegistrySettings(values.with(setting, value));
    }

    public boolean podSecrets() {
        return values.get(POD_SECRETS);
    }

    public Map<String, List<String>> secrets() {
        return values.get(SECRETS);
    }

    public String caConfigMap() {
        return values.get(CA_CONFIG_MAP);
    }

    public String caSecret() {
        return values.get(CA_SECRET);
    }

    public String caFolder() {
        return values.get(CA_FOLDER);
    }

    public Map<String, String> mirrors() {
        return values.get(MIRRORS);
    }

    public String httpProxy() {
        return values.get(HTTP_PROXY);
    }

    public String httpsProxy() {
        return values.get(HTTPS_PROXY);
    }

    public List<String> noProxy() {
        return values.get(NO_PROXY);
    }

    boolean hasProxy() {
        return !httpProxy().isEmpty() || !httpsProxy().isEmpty();
    }

    private static Rule<Map.Entry<String, String>> mirror() {
        String words = "HOST[/PATH]=HOST[/PATH], such as docker.io=mirror.example/hub";
        return new Rule<>(
                words,
                pair -> {
                    try {
                        new RegistryMirrors(Map.of(pair.getKey(), pair.getValue()));
                        return List.of();
                    } catch (IllegalArgumentException e) {
                        return List.of(new Refusal(pair.getKey() + "=" + pair.getValue(), words));
                    }
                },
                Map.of());
    }

    /** A password would stand in the plain environment of every Job. */
    private static Rule<String> proxy() {
        String words = "a URL without user and password, such as http://proxy.example:3128";
        Rule<String> url = Rules.url();
        return Rules.orEmpty(new Rule<>(
                words,
                value -> hasUser(value)
                        ? List.of(new Refusal("http://USER:PASSWORD@...", words))
                        : url.refusals().of(value),
                Map.of()));
    }

    private static boolean hasUser(String value) {
        try {
            return new URI(value).getRawUserInfo() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
