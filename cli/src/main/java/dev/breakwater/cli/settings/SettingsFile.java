package dev.breakwater.cli.settings;

import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.UnreadableYaml;
import dev.breakwater.yaml.YamlReader;
import dev.breakwater.yaml.YamlTree;
import dev.breakwater.yaml.YamlTree.Mapping;
import dev.breakwater.yaml.YamlTree.Scalar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of a configuration file, which is YAML 1.2. It has one section per command, and at its root what all commands share:
 *
 * <pre>{@code
 * logLevel: info
 * serve:
 *   port: 8443
 * control:
 *   jobs:
 *     concurrent: 5
 * }</pre>
 *
 * Scalars are kept as they are written; what a value is, is the question of its setting. A key that nobody knows stops the start: a misspelt limit must not
 * silently be the default.
 */
final class SettingsFile {
    private final Path file;
    private final KnownKeys shared;
    private final Map<String, KnownKeys> sections;
    /** By {@code command.key}; at the root by the key alone. */
    private final Map<String, FileValue> values = new HashMap<>();

    private final List<String> problems = new ArrayList<>();

    private SettingsFile(Path file, KnownKeys shared, Map<String, KnownKeys> sections) {
        this.file = file;
        this.shared = shared;
        this.sections = sections;
    }

    /** @throws SettingsException for a file that cannot be read as YAML */
    static SettingsFile read(Path file, KnownKeys shared, Map<String, KnownKeys> sections) {
        SettingsFile settings = new SettingsFile(file, shared, sections);
        settings.take(parse(file));
        return settings;
    }

    /** A sentence for each key that is not known. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    Path file() {
        return file;
    }

    /** The value of a key; {@code null} where it has none. */
    @Nullable
    FileValue value(String place) {
        return values.get(place);
    }

    private void take(@Nullable YamlTree tree) {
        if (tree == null || tree instanceof Scalar scalar && scalar.isNull()) {
            return;
        }
        if (!(tree instanceof Mapping root)) {
            throw new SettingsException(
                    file + ": expected keys with values at the top, such as `serve:` and below it `port: 8443`");
        }
        root.entries().forEach((key, entry) -> {
            KnownKeys section = sections.get(key);
            FileValue value = new FileValue(entry.value(), entry.line());
            if (section == null) {
                take("", key, value, shared);
            } else if (entry.value() instanceof Mapping mapping) {
                mapping.entries()
                        .forEach((inner, below) ->
                                take(key, inner, new FileValue(below.value(), below.line()), section));
            } else if (!(entry.value() instanceof Scalar scalar && scalar.isNull())) {
                problems.add(where(value) + key + " must hold keys with values");
            }
        });
    }

    /** Takes a value over; keys may be nested, so that {@code scanner: {image: x}} is the same as {@code scannerImage: x}. */
    private void take(String section, String key, FileValue value, KnownKeys known) {
        if (value.tree() instanceof Mapping nested && !known.takesMap(key) && known.hasBelow(key)) {
            nested.entries()
                    .forEach((inner, entry) -> take(
                            section,
                            key + SettingNames.capitalised(inner),
                            new FileValue(entry.value(), entry.line()),
                            known));
            return;
        }
        String name = known.switchOf(key);
        if (known.has(key)) {
            name = key;
        }
        if (name == null) {
            problems.add(unknown(section, key, value, known));
        } else if (!(value.tree() instanceof Scalar scalar && scalar.isNull())) {
            String place = place(section, name);
            FileValue first = values.putIfAbsent(place, value);
            if (first != null) {
                problems.add(where(value) + place + " stands in line " + first.line() + " too, in another spelling");
            }
        }
    }

    private String unknown(String section, String key, FileValue value, KnownKeys known) {
        Optional<String> nearest = known.nearest(key);
        // Where it might be a password with a misspelt name, the value is not repeated.
        String shown = nearest.isPresent() && !known.isSecret(nearest.get()) && value.tree() instanceof Scalar scalar
                ? ": " + scalar.text()
                : "";
        return where(value) + "unknown key " + place(section, key) + shown + meant(section, key, nearest, known);
    }

    private String meant(String section, String key, Optional<String> nearest, KnownKeys known) {
        for (Map.Entry<String, KnownKeys> other : sections.entrySet()) {
            if (nearest.isEmpty()
                    && (other.getValue().has(key) || other.getValue().hasBelow(key))) {
                return "; it belongs below " + other.getKey();
            }
        }
        return nearest.map(word -> "; did you mean " + known.shown(word) + "?").orElse("")
                + known.words(section.isEmpty() ? List.copyOf(sections.keySet()) : List.of());
    }

    private String where(FileValue value) {
        return file + ":" + value.line() + ": ";
    }

    private static String place(String section, String key) {
        return section.isEmpty() ? key : section + "." + key;
    }

    private static @Nullable YamlTree parse(Path file) {
        try {
            return YamlReader.of(Reading.YAML_1_2).tree(file.toString(), Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new SettingsException("there is no configuration file " + file);
        } catch (IOException e) {
            throw new SettingsException("the configuration file " + file + " cannot be read: " + e.getMessage());
        } catch (UnreadableYaml e) {
            throw new SettingsException(String.valueOf(e.getMessage()));
        }
    }
}
