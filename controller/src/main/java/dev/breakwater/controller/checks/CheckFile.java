package dev.breakwater.controller.checks;

import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.UnreadableYaml;
import dev.breakwater.yaml.YamlReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a file of checks: one check, a list of checks, or a map of {@code templates} and {@code checks}.
 *
 * <p>A check that names a {@code template} has the template's fields under its own. In the template's {@code tests}, <code>${x}</code> stands for the
 * check's parameter {@code x}, so that ninety checks of one shape are each tested without ninety copies.
 */
final class CheckFile {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

    /** While it is parsed, a text of nothing but short items takes up to 280 times its length of the heap (34 MiB). */
    static final int LONGEST = 128 << 10;

    private CheckFile() {}

    /** Of a file that stands alone. */
    static List<CheckSource> parse(String file, String yaml, boolean builtIn) throws InvalidCheck {
        return parse(file, yaml, builtIn, CheckAllowance.of(file));
    }

    static List<CheckSource> parse(String file, String yaml, boolean builtIn, CheckAllowance allowance)
            throws InvalidCheck {
        allowance.take(yaml.length());
        Object document = load(file, yaml);
        if (document instanceof Map<?, ?> map && !map.containsKey("checks")) {
            return List.of(source(file, Trees.copy(map), Map.of(), builtIn, allowance));
        }
        Map<String, Object> templates = Map.of();
        Object checks = document;
        if (document instanceof Map<?, ?> map) {
            Map<String, Object> root = Trees.copy(map);
            templates = Trees.map(root.get("templates"));
            checks = root.get("checks");
        }
        if (!(checks instanceof List<?> list)) {
            throw new InvalidCheck(file + ": expected one check, a list of checks, or a map with the key checks.");
        }
        List<CheckSource> sources = new ArrayList<>();
        for (Object check : list) {
            if (!(check instanceof Map<?, ?> map)) {
                throw new InvalidCheck(file + ": each check must be a map with an id, but one is: " + check + ".");
            }
            sources.add(source(file, Trees.copy(map), templates, builtIn, allowance));
        }
        return sources;
    }

    /**
     * The YAML document's value; only plain maps, lists and scalars are read. No aliases of maps and lists: a copy of the tree has each as often as it is
     * named, so that some hundred characters can stand for more than any memory holds, or for a tree without an end.
     */
    static Object load(String file, String yaml) throws InvalidCheck {
        if (yaml.length() > LONGEST) {
            throw new InvalidCheck(
                    file + ": the file has " + yaml.length() + " characters; " + LONGEST + " are allowed. Divide it.");
        }
        try {
            Object document = YamlReader.of(Reading.KUBERNETES).withoutAliases().value(file, yaml);
            if (document == null) {
                throw new InvalidCheck(file + ": the file is empty.");
            }
            return document;
        } catch (UnreadableYaml e) {
            throw new InvalidCheck(file + ": this is no valid YAML: line " + e.line() + ": " + e.problem());
        }
    }

    private static CheckSource source(
            String file,
            Map<String, Object> check,
            Map<String, Object> templates,
            boolean builtIn,
            CheckAllowance allowance)
            throws InvalidCheck {
        Map<String, Object> fields = new LinkedHashMap<>(check);
        Object templateName = fields.remove("template");
        if (templateName != null) {
            Map<String, Object> template = Trees.map(templates.get(templateName.toString()));
            if (template.isEmpty()) {
                throw new InvalidCheck(file + ": check " + check.get("id") + " names the template " + templateName
                        + ", but the file has only " + templates.keySet() + ".");
            }
            allowance.takeCopyOf(template);
            fields = Trees.overlay(template, fields);
            if (!check.containsKey("tests") && template.get("tests") instanceof List<?> tests) {
                fields.put("tests", fill(tests, Trees.map(fields.get("params")), allowance));
            }
        }
        return new CheckSource(file, fields, builtIn);
    }

    private static Object fill(Object value, Map<String, Object> params, CheckAllowance allowance) throws InvalidCheck {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, Object> filled = new LinkedHashMap<>();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    String key = String.valueOf(fill(String.valueOf(entry.getKey()), params, allowance));
                    allowance.take(key.length());
                    filled.put(key, fill(Objects.requireNonNull(entry.getValue()), params, allowance));
                }
                yield filled;
            }
            case List<?> list -> {
                List<Object> filled = new ArrayList<>(list.size());
                for (Object item : list) {
                    filled.add(fill(item, params, allowance));
                }
                yield filled;
            }
            case String text -> fillText(text, params, allowance);
            default -> value;
        };
    }

    private static Object fillText(String text, Map<String, Object> params, CheckAllowance allowance)
            throws InvalidCheck {
        Matcher matcher = PLACEHOLDER.matcher(text);
        if (matcher.matches()) {
            return params.getOrDefault(matcher.group(1), text);
        }
        matcher.reset();
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String value = String.valueOf(params.getOrDefault(matcher.group(1), matcher.group()));
            allowance.take(value.length());
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(filled).toString();
    }
}
