package dev.breakwater.cli.serve;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.apiserver.ApiServerSettings;
import dev.breakwater.apiserver.fairness.FairnessSettings;
import dev.breakwater.cli.Version;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rule;
import dev.breakwater.settings.Rule.Refusal;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Setting.Trait;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import dev.breakwater.storage.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code serve} can be told. */
record ServeSettings(SettingValues values) {
    static final SettingGroup SETTINGS = new SettingGroup("The API server");

    static final Setting<Boolean> STANDALONE = SETTINGS.add(
            "standalone",
            Types.yesOrNo(),
            by(false),
            Rules.any(),
            "Serve without a cluster: own certificate authority, own users, kubeconfig in the data folder");

    static final Setting<Path> DATA = SETTINGS.add(
            "data",
            Types.path("DIR"),
            by(Path.of("breakwater-data")),
            Rules.only(path -> !path.toString().isBlank(), "a folder"),
            "Folder of the SQLite database and, standalone, of kubeconfig and users.yaml");

    /** May hold a password. */
    static final Setting<Optional<String>> DATABASE = SETTINGS.add(
            "database",
            Types.perhapsText("URL"),
            by(Optional.empty(), "SQLite in the data folder"),
            Rules.ifGiven(Rules.only(
                    url -> url.startsWith("jdbc:postgresql:"),
                    "a URL such as jdbc:postgresql://host:5432/breakwater?user=breakwater")),
            "PostgreSQL 15 or later instead of SQLite. Give a password by the variable, not by the flag: flags are seen in"
                    + " process lists",
            Trait.SECRET);

    static final Setting<Duration> RETENTION = SETTINGS.add(
            "retention",
            Types.duration(),
            by(StoreSettings.DEFAULT_RETENTION),
            Rules.duration(Duration.ofSeconds(1), Duration.ofDays(30)),
            "How long history is kept for watches and pages");

    static final Setting<Optional<String>> HOST = SETTINGS.add(
            "host",
            Types.perhapsText("ADDRESS"),
            by(Optional.empty(), "127.0.0.1 standalone, all otherwise"),
            Rules.ifGiven(Rules.only(host -> host.matches("[-A-Za-z0-9._:%]+"), "an address such as 127.0.0.1")),
            "Address to listen on");

    static final Setting<Integer> PORT =
            SETTINGS.add("port", Types.number(), by(8443), Rules.port(), "Port to listen on");

    static final Setting<Optional<Path>> KUBECONFIG = SETTINGS.add(
            "kubeconfig",
            Types.perhapsPath("FILE"),
            by(Optional.empty(), "the pod's service account"),
            Rules.any(),
            "The cluster whose users are asked for");

    static final Setting<String> SERVICE = SETTINGS.add(
            "service",
            Types.text("NAME.NAMESPACE"),
            by("breakwater-apiserver.breakwater"),
            service(),
            "The Service in front of this server; its name stands in the serving certificate");

    static final Setting<String> SERVING_SECRET = SETTINGS.add(
            "servingSecret",
            Types.text("NAME"),
            by("breakwater-apiserver-serving"),
            Rules.name(),
            "Secret that keeps the serving certificate");

    static final Setting<Optional<Path>> TLS_CERT_FILE = SETTINGS.add(
            "tlsCertFile",
            Types.perhapsPath("FILE"),
            by(Optional.empty()),
            Rules.any(),
            "Serving certificate that somebody else makes and renews, such as cert-manager");

    static final Setting<Optional<Path>> TLS_KEY_FILE =
            SETTINGS.add("tlsKeyFile", Types.perhapsPath("FILE"), by(Optional.empty()), Rules.any(), "Its key");

    static final Setting<Optional<String>> CONTROLLER_USER = SETTINGS.add(
            "controllerUser",
            Types.perhapsText("NAME"),
            by(
                    Optional.empty(),
                    "system:serviceaccount:NAMESPACE:breakwater-controller, with the namespace of `service`"),
            Rules.ifGiven(Rules.only(
                    user -> !user.isBlank(),
                    "the name of a user such as system:serviceaccount:breakwater:breakwater-controller")),
            "The user that the controller is; it has a share of the server of its own");

    static final Setting<Optional<Duration>> SHUTDOWN_DELAY = SETTINGS.add(
            "shutdownDelay",
            Types.perhapsDuration(),
            by(Optional.empty(), "0s standalone, 5s otherwise"),
            Rules.ifGiven(Rules.duration(Duration.ZERO, Duration.ofMinutes(10))),
            "How long to go on serving after a signal while readiness already fails");

    /** How long requests may take that are running at the end. */
    static final Duration DRAIN = Duration.ofSeconds(20);

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    ServeSettings {
        values = values.of(SETTINGS);
        boolean certificate = values.get(TLS_CERT_FILE).isPresent();
        new Bounds()
                .obey(SETTINGS, values)
                .require(
                        certificate == values.get(TLS_KEY_FILE).isPresent(),
                        certificate ? TLS_CERT_FILE : TLS_KEY_FILE,
                        "given alone",
                        "both or neither: --tls-cert-file and --tls-key-file go together")
                .check();
    }

    boolean standalone() {
        return values.get(STANDALONE);
    }

    Path data() {
        return values.get(DATA);
    }

    Duration shutdownDelay() {
        return values.get(SHUTDOWN_DELAY).orElse(Duration.ofSeconds(standalone() ? 0 : 5));
    }

    StoreSettings store() {
        StoreSettings.Place place = values.get(DATABASE)
                .<StoreSettings.Place>map(url -> new StoreSettings.Place.Postgres(url, Map.of()))
                .orElseGet(() -> new StoreSettings.Place.Folder(data()));
        return StoreSettings.of(place).withRetention(values.get(RETENTION));
    }

    ApiServerSettings server() {
        String address = values.get(HOST).orElse(standalone() ? "127.0.0.1" : null);
        return new ApiServerSettings(
                address,
                values.get(PORT),
                Version.CURRENT,
                shutdownDelay(),
                DRAIN,
                values.get(CONTROLLER_USER)
                        .orElseGet(() ->
                                FairnessSettings.controllerIn(serviceParts().getLast())),
                mode());
    }

    private ApiServerSettings.Mode mode() {
        return standalone()
                ? new ApiServerSettings.Standalone(data())
                : new ApiServerSettings.InCluster(
                        values.get(KUBECONFIG).orElse(null),
                        serviceParts().getLast(),
                        serviceParts().getFirst(),
                        values.get(SERVING_SECRET),
                        values.get(TLS_CERT_FILE).orElse(null),
                        values.get(TLS_KEY_FILE).orElse(null));
    }

    /** Name and namespace. */
    private List<String> serviceParts() {
        return List.of(values.get(SERVICE).split("\\.", -1));
    }

    private static Rule<String> service() {
        String words = "NAME.NAMESPACE such as reports.security";
        Rule<String> label = Rules.namespace();
        return new Rule<>(
                words,
                value -> {
                    List<String> parts = List.of(value.split("\\.", -1));
                    return parts.size() == 2
                            ? parts.stream()
                                    .flatMap(part -> label.refusals().of(part).stream())
                                    .toList()
                            : List.of(new Refusal(value, words));
                },
                Map.of());
    }
}
