package dev.breakwater.controller.checks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.checks.expression.CheckedExpressions;
import dev.breakwater.controller.checks.expression.Expressions;
import dev.breakwater.controller.checks.expression.InvalidExpression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The checks that come with the program as the build keeps them beside their YAML: templates filled in, examples left out, expressions parsed. A start
 * that reads them takes a fifth of one that reads the YAML (docs/decisions/0081-start.md).
 *
 * @param deviations names of the corrections of the original's verdicts
 * @param sources every check, in the order of the files
 */
record PackedChecks(Set<String> deviations, List<CheckSource> sources) {
    static final String RESOURCE = "/checks/built-in.json";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String EXAMPLES = "tests";

    /** As it stands in the file. */
    private record Form(List<String> deviations, List<Check> checks) {}

    private record Check(String file, Map<String, Object> fields) {}

    /** Those of this build; empty when it runs from classes that the build has not finished. */
    static Optional<PackedChecks> ofBuild() {
        try (InputStream in = PackedChecks.class.getResourceAsStream(RESOURCE)) {
            return in == null ? Optional.empty() : Optional.of(read(in));
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE + " of this build is not readable", e);
        }
    }

    /** What the YAML says. */
    static PackedChecks ofFiles() throws InvalidCheck {
        List<CheckSource> sources = new ArrayList<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            Map<String, Object> fields = new LinkedHashMap<>(source.fields());
            fields.remove(EXAMPLES);
            sources.add(new CheckSource(source.file(), fields, true));
        }
        return new PackedChecks(new LinkedHashSet<>(BuiltInChecks.deviations().keySet()), List.copyOf(sources));
    }

    /** Every expression of every check, with and without any of its deviations. */
    static Map<String, byte[]> expressions() throws InvalidCheck {
        Expressions expressions = Expressions.unpacked();
        Map<String, byte[]> packed = new LinkedHashMap<>();
        for (CheckSource source : BuiltInChecks.sources()) {
            Set<Set<String>> choices = new LinkedHashSet<>(List.of(Set.of(), source.deviations()));
            source.deviations().forEach(one -> choices.add(Set.of(one)));
            for (Set<String> choice : choices) {
                for (String text : source.definition(choice).expressions()) {
                    if (!packed.containsKey(text)) {
                        packed.put(text, packed(expressions, source, text));
                    }
                }
            }
        }
        return packed;
    }

    /** Writes both files into the folder that resources are read from; the build calls it. */
    public static void main(String[] arguments) throws IOException, InvalidCheck {
        Path folder = Path.of(arguments[0]);
        PackedChecks checks = ofFiles();
        Form form = new Form(
                List.copyOf(checks.deviations),
                checks.sources.stream()
                        .map(source -> new Check(source.file(), source.fields()))
                        .toList());
        MAPPER.writeValue(folder.resolve(RESOURCE.substring(1)).toFile(), form);
        try (OutputStream out = Files.newOutputStream(folder.resolve(CheckedExpressions.RESOURCE.substring(1)))) {
            CheckedExpressions.write(out, expressions());
        }
    }

    private static PackedChecks read(InputStream in) throws IOException {
        Map<String, Object> root = Trees.copy(MAPPER.readValue(in, new TypeReference<Map<String, Object>>() {}));
        List<CheckSource> sources = new ArrayList<>();
        for (Object entry : (List<?>) Objects.requireNonNull(root.get("checks"))) {
            Map<String, Object> check = Trees.map(entry);
            sources.add(new CheckSource(String.valueOf(check.get("file")), Trees.map(check.get("fields")), true));
        }
        Set<String> deviations = new LinkedHashSet<>();
        ((List<?>) Objects.requireNonNull(root.get("deviations")))
                .forEach(name -> deviations.add(String.valueOf(name)));
        return new PackedChecks(deviations, List.copyOf(sources));
    }

    private static byte[] packed(Expressions expressions, CheckSource source, String text) throws InvalidCheck {
        try {
            return expressions.pack(text);
        } catch (InvalidExpression e) {
            throw new InvalidCheck(source.file() + ": check " + source.id() + ": " + e.getMessage());
        }
    }
}
