package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Type.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** The keys that one section of the file may have. */
final class KnownKeys {
    /** More than these are not listed in an error; the documentation has them. */
    private static final int FEW = 12;

    /** By the key in one word: its declaration, where it has one. */
    private final Map<String, Optional<Setting<?>>> keys = new TreeMap<>();

    void add(OptionSpec option, Optional<Setting<?>> setting) {
        keys.put(SettingNames.key(option), setting);
    }

    boolean has(String key) {
        return keys.containsKey(key);
    }

    /** Whether the value of the key is itself a map. */
    boolean takesMap(String key) {
        Optional<Setting<?>> setting = keys.getOrDefault(key, Optional.empty());
        return has(key)
                && setting.map(declared -> declared.type().shape() == Shape.MAP).orElse(!hasBelow(key));
    }

    /** Whether {@code scannerImage} is a key below {@code scanner}. */
    boolean hasBelow(String key) {
        return keys.keySet().stream()
                .anyMatch(known -> known.length() > key.length()
                        && known.startsWith(key)
                        && Character.isUpperCase(known.charAt(key.length())));
    }

    /** {@code nodes: {enabled: false}} is {@code nodes: false}, so that its other keys can stand beside it. */
    @Nullable
    String switchOf(String key) {
        if (!key.endsWith("Enabled")) {
            return null;
        }
        String name = key.substring(0, key.length() - "Enabled".length());
        return keys.getOrDefault(name, Optional.empty())
                        .map(setting -> setting.type().shape() == Shape.SWITCH)
                        .orElse(false)
                ? name
                : null;
    }

    Optional<String> nearest(String key) {
        return NearestWord.of(key, keys.keySet());
    }

    boolean isSecret(String key) {
        return keys.getOrDefault(key, Optional.empty()).map(Setting::isSecret).orElse(false);
    }

    /** The key as the documentation has it. */
    String shown(String key) {
        return keys.getOrDefault(key, Optional.empty()).map(Setting::key).orElse(key);
    }

    /** For the end of an error. */
    String words(List<String> sections) {
        List<String> all = new ArrayList<>(keys.keySet());
        all.addAll(sections);
        return all.size() <= FEW + sections.size()
                ? "; known here are " + all.stream().sorted().collect(Collectors.joining(", "))
                : "; docs/configuration.md lists all";
    }
}
