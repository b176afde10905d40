package dev.breakwater.cli.settings;

import dev.breakwater.settings.Written;
import dev.breakwater.yaml.YamlTree;
import dev.breakwater.yaml.YamlTree.Mapping;
import dev.breakwater.yaml.YamlTree.Scalar;
import dev.breakwater.yaml.YamlTree.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A value of the file.
 *
 * @param line of its key
 */
record FileValue(YamlTree tree, int line) {
    /**
     * For a declared setting.
     *
     * @throws IllegalArgumentException for what is too deep, and for a list or a map with an entry that has no value
     */
    Written written() {
        return switch (tree) {
            case Scalar scalar -> new Written.Text(text(scalar));
            case Sequence sequence -> new Written.Items(items(sequence));
            case Mapping mapping -> {
                Map<String, Written> entries = new LinkedHashMap<>();
                mapping.entries().forEach((key, entry) -> entries.put(key, below(entry.value())));
                yield new Written.Entries(entries);
            }
        };
    }

    /** As the flag of a command's own option would have it: lists with commas, maps as {@code key=value} with commas. */
    String words() {
        return switch (tree) {
            case Scalar scalar -> scalar.text();
            case Sequence sequence -> String.join(",", items(sequence));
            case Mapping mapping ->
                mapping.entries().entrySet().stream()
                        .flatMap(entry -> pairs(entry.getKey(), entry.getValue().value()))
                        .collect(Collectors.joining(","));
        };
    }

    private static Stream<String> pairs(String key, YamlTree value) {
        return switch (below(value)) {
            case Written.Text(String text) -> Stream.of(key + "=" + text);
            case Written.Items(List<String> items) -> items.stream().map(item -> key + "=" + item);
            case Written.Entries _ -> throw tooDeep(value);
        };
    }

    private static Written below(YamlTree value) {
        return switch (value) {
            case Scalar scalar -> new Written.Text(text(scalar));
            case Sequence sequence -> new Written.Items(items(sequence));
            case Mapping mapping -> throw tooDeep(mapping);
        };
    }

    private static List<String> items(Sequence sequence) {
        return sequence.items().stream()
                .map(item -> item instanceof Scalar scalar ? text(scalar) : refuse(item))
                .toList();
    }

    private static String refuse(YamlTree value) {
        throw tooDeep(value);
    }

    /** Nothing is not an empty text: nobody can say which was meant. */
    private static String text(Scalar scalar) {
        if (scalar.isNull()) {
            throw new IllegalArgumentException("line " + scalar.line() + " has no value there; an empty text is \"\"");
        }
        return scalar.text();
    }

    private static IllegalArgumentException tooDeep(YamlTree value) {
        return new IllegalArgumentException("line " + value.line() + " nests deeper than a map of texts or lists");
    }
}
