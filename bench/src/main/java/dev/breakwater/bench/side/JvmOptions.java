package dev.breakwater.bench.side;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the manifests and the launcher tell the JVM: options of the benchmarks' own would drift away from them.
 *
 * @param root folder of the project, built
 */
public record JvmOptions(Path root) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\(([A-Z_]+)\\)");

    /** The programs that have a cache of their own. */
    public enum Program {
        serve("apiserver"),
        control("controller"),
        audit("");

        private final String manifest;

        Program(String manifest) {
            this.manifest = manifest;
        }
    }

    /** As the container of the manifests starts the program, with the cache that the launcher made for it where there is one. */
    public List<String> ofManifest(Program program) throws IOException {
        List<String> options = new ArrayList<>(everywhere());
        options.addAll(cache(program));
        options.addAll(own(program));
        return options;
    }

    /** The manifest's own options of a program, those of every program left out. */
    public List<String> own(Program program) throws IOException {
        Path file = root.resolve("manifests/base").resolve(program.manifest + ".yaml");
        JsonNode container = container(file);
        Map<String, String> variables = new HashMap<>();
        for (JsonNode variable : container.path("env")) {
            variables.put(variable.path("name").asText(), variable.path("value").asText());
        }
        List<String> options = new ArrayList<>();
        for (JsonNode word : container.path("command")) {
            String option = word.asText();
            if (option.equals("-jar")) {
                return options;
            }
            if (option.startsWith("-")) {
                Matcher variable = VARIABLE.matcher(option);
                options.add(variable.replaceAll(
                        found -> Matcher.quoteReplacement(variables.getOrDefault(found.group(1), found.group()))));
            }
        }
        throw new IllegalStateException(file + ": the command has no -jar");
    }

    /** What every program is started with. */
    public List<String> everywhere() {
        return List.of("@" + root.resolve("image/java.args"));
    }

    /** Lets the JVM begin with what it learnt in a rehearsal; nothing where the launcher has not made a cache. */
    public List<String> cache(Program program) throws IOException {
        Path cache = root.resolve("cli/target/aot").resolve(program + ".aot");
        return Files.exists(cache) && Files.size(cache) > 0 ? List.of("-XX:AOTCache=" + cache) : List.of();
    }

    public Path jar() {
        return root.resolve("cli/target/breakwater.jar");
    }

    private static JsonNode container(Path file) throws IOException {
        for (Object document : YamlReader.of(Reading.KUBERNETES).values(file.toString(), Files.readString(file))) {
            JsonNode object = new ObjectMapper().valueToTree(document);
            if (object.path("kind").asText().equals("Deployment")) {
                return object.at("/spec/template/spec/containers/0");
            }
        }
        throw new IllegalStateException(file + " has no Deployment");
    }
}
