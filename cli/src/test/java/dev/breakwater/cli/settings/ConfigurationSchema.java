package dev.breakwater.cli.settings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.Type.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** The file as a JSON schema (2020-12), made of the declarations: the nested spelling of each key, none in one word. */
final class ConfigurationSchema {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private ConfigurationSchema() {}

    static String of(List<SettingGroup> shared, CommandLine root) throws Exception {
        Map<String, Object> properties = new TreeMap<>(object(settings(shared)));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        all.put("title", "Configuration of Breakwater");
        root.getSubcommands().forEach((name, command) -> {
            if (command.getCommandSpec().userObject() instanceof Configured configured) {
                List<Setting<?>> settings = new ArrayList<>(settings(shared));
                settings.addAll(settings(configured.groups()));
                below(properties, "properties").put(name, object(settings));
            }
        });
        all.putAll(properties);
        return MAPPER.writeValueAsString(all) + "\n";
    }

    private static List<Setting<?>> settings(List<SettingGroup> groups) {
        List<Setting<?>> settings = new ArrayList<>();
        groups.forEach(group -> settings.addAll(group.listed()));
        return settings;
    }

    private static Map<String, Object> object(List<Setting<?>> settings) {
        Map<String, Object> object = empty();
        for (Setting<?> setting : settings) {
            Map<String, Object> place = object;
            String[] path = setting.key().split("\\.");
            for (int i = 0; i < path.length - 1; i++) {
                Map<String, Object> properties = below(place, "properties");
                place = group(properties, path[i]);
            }
            put(below(place, "properties"), path[path.length - 1], property(setting));
        }
        return object;
    }

    /** The object of a group; where a switch has the same name, either. */
    private static Map<String, Object> group(Map<String, Object> properties, String name) {
        Map<String, Object> known = below(properties, name);
        if (known.isEmpty()) {
            known.putAll(empty());
        } else if (known.get("anyOf") == null && !known.containsKey("properties")) {
            Map<String, Object> object = empty();
            below(object, "properties").put("enabled", new LinkedHashMap<>(known));
            Map<String, Object> either = new LinkedHashMap<>();
            either.put("anyOf", new ArrayList<>(List.of(new LinkedHashMap<>(known), object)));
            properties.put(name, either);
            return object;
        }
        if (known.get("anyOf") instanceof List<?> both) {
            return map(both.getLast());
        }
        return known;
    }

    private static void put(Map<String, Object> properties, String name, Map<String, Object> property) {
        if (properties.put(name, property) != null) {
            throw new IllegalStateException("declare the switch " + name + " before what stands below it");
        }
    }

    private static Map<String, Object> property(Setting<?> setting) {
        Map<String, Object> property = new TreeMap<>(setting.type().schema());
        setting.allowed()
                .schema()
                .forEach((keyword, value) -> property.merge(keyword, value, (type, rule) -> {
                    Map<String, Object> both = new TreeMap<>(map(type));
                    both.putAll(map(rule));
                    return both;
                }));
        String allowed = setting.allowedWords();
        property.put(
                "description",
                setting.sentence() + (allowed.isEmpty() ? "" : "; allowed is " + allowed) + " (default: "
                        + setting.fallbackWords() + ").");
        if (setting.type().shape() == Shape.SWITCH) {
            property.put("default", setting.fallback());
        }
        return property;
    }

    private static Map<String, Object> empty() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("additionalProperties", false);
        object.put("properties", new TreeMap<String, Object>());
        return object;
    }

    private static Map<String, Object> below(Map<String, Object> map, String key) {
        return map(map.computeIfAbsent(key, _ -> new LinkedHashMap<String, Object>()));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
