package dev.breakwater.cli.chart;

import dev.breakwater.testkit.Helm;
import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.Requirement;
import dev.breakwater.testkit.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** The chart of this repository, as the real Helm renders it, and the kustomize manifests that it is to be equal to. */
public final class Chart {
    static final Path FOLDER = Path.of("..", "manifests", "chart");

    private final Helm helm;
    private final Path folder;

    /** @param folder for what Helm and the tests write */
    public Chart(Helm.Version version, Path folder) {
        this.helm = Helm.alone(version, folder.resolve("helm"));
        this.folder = folder;
    }

    Helm helm() {
        return helm;
    }

    /**
     * What Helm says of an install into the namespace {@code breakwater}, without a cluster; with the notes where it is Helm 4, for Helm 3 wants a cluster
     * for them.
     */
    Helm.Result dryRun(String... arguments) {
        return helm.version() == Helm.Version.THREE
                ? helm.run(with(arguments, "template", "breakwater", FOLDER.toString(), "-n", "breakwater"))
                : helm.run(with(
                        arguments, "install", "breakwater", FOLDER.toString(), "-n", "breakwater", "--dry-run=client"));
    }

    /** All objects, hooks too, in Helm's order. */
    List<Map<String, Object>> objects(String... arguments) {
        return documents(text(arguments));
    }

    String text(String... arguments) {
        return helm.succeed(with(arguments, "template", "breakwater", FOLDER.toString(), "-n", "breakwater"));
    }

    /** The settings file of both programs. */
    Map<String, Object> settings(String... arguments) {
        return map(new Yaml().load(settingsText(arguments)));
    }

    public String settingsText(String... arguments) {
        return map(named(objects(arguments), "ConfigMap", "breakwater").get("data"))
                .get("breakwater.yaml")
                .toString();
    }

    /** Writes values into a file and returns the arguments that name it. */
    public String[] values(Object values) throws IOException {
        Path file = Files.createTempFile(folder, "values-", ".yaml");
        Files.writeString(file, values instanceof String text ? text : new Yaml().dump(values));
        return new String[] {"-f", file.toString()};
    }

    /** What kubectl makes of a kustomization that begins in the folder of the manifests. */
    List<Map<String, Object>> kustomized(String kustomization) throws IOException {
        Path manifests = folder.resolve("manifests");
        copy(Path.of("..", "manifests"), manifests);
        Path own = Files.createDirectories(manifests.resolve("own"));
        Files.writeString(own.resolve("kustomization.yaml"), kustomization);
        try {
            return documents(Kubectl.forKubeconfig(folder.resolve("none")).succeed("kustomize", own.toString()));
        } catch (Unavailable e) {
            throw Requirement.CLUSTER.missing(String.valueOf(e.getMessage()));
        }
    }

    static Map<String, Object> named(List<Map<String, Object>> objects, String kind, String name) {
        return objects.stream()
                .filter(object -> kind.equals(object.get("kind"))
                        && name.equals(map(object.get("metadata")).get("name")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind + " " + name));
    }

    /** The table of the Trivy Operator's values, in its order. */
    public static Map<String, Map<String, Object>> originalValues() throws IOException {
        Map<String, Map<String, Object>> rows = new LinkedHashMap<>();
        map(new Yaml().load(Files.readString(FOLDER.resolve("files/original-values.yaml"))))
                .forEach((name, row) -> rows.put(name, map(row)));
        return rows;
    }

    /** What lies at {@code a.b.c} of nested maps, or null. */
    static Object at(Object tree, String path) {
        Object at = tree;
        for (String part : path.split("\\.")) {
            at = map(at).get(part);
        }
        return at;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private static List<Map<String, Object>> documents(String text) {
        List<Map<String, Object>> objects = new ArrayList<>();
        StreamSupport.stream(new Yaml().loadAll(text).spliterator(), false)
                .filter(Objects::nonNull)
                .forEach(document -> objects.add(map(document)));
        return objects;
    }

    /** Puts {@code a.b.c} into nested maps. */
    public static void put(Map<String, Object> values, String name, Object value) {
        String[] parts = name.split("\\.");
        Map<String, Object> at = values;
        for (int i = 0; i < parts.length - 1; i++) {
            at.putIfAbsent(parts[i], new LinkedHashMap<String, Object>());
            at = map(at.get(parts[i]));
        }
        at.put(parts[parts.length - 1], value);
    }

    private static String[] with(String[] more, String... first) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
