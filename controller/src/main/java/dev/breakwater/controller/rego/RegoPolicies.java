package dev.breakwater.controller.rego;

import dev.breakwater.controller.checks.BrokenCheck;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.naming.SafeHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Users' policies and the libraries they share, by the original's names: {@code policy.NAME.rego}, {@code policy.NAME.kinds}, {@code library.NAME.rego}
 * (checks 8). Immutable.
 *
 * @param libraries texts by file
 * @param errors policies that are not run, as far as can be told without Trivy
 */
public record RegoPolicies(List<RegoPolicy> policies, Map<String, String> libraries, List<BrokenCheck> errors) {
    public static final RegoPolicies NONE = new RegoPolicies(List.of(), Map.of(), List.of());

    private static final Pattern FILE = Pattern.compile("(?:.*/)?(policy|library)\\.([A-Za-z0-9._-]+)\\.(rego|kinds)");
    /** Possessive, for the group would otherwise take a frame of the stack for each part of the name. */
    private static final Pattern PACKAGE =
            Pattern.compile("^package\\s+([A-Za-z_]\\w*+(?:\\.[A-Za-z_]\\w*+)*+)\\s*(?:#.*)?$", Pattern.MULTILINE);

    private static final Pattern RULE = Pattern.compile("^(?:default\\s+)?deny(?:_\\w+)?\\b", Pattern.MULTILINE);
    private static final Pattern METADATA =
            Pattern.compile("^#\\s*METADATA\\s*$|^__rego_metadata__\\b", Pattern.MULTILINE);

    /** @param files texts by name; those with other names are passed over */
    public static RegoPolicies of(Map<String, String> files) {
        List<RegoPolicy> policies = new ArrayList<>();
        Map<String, String> libraries = new TreeMap<>();
        List<BrokenCheck> errors = new ArrayList<>();
        new TreeMap<>(files).forEach((file, text) -> {
            Matcher name = FILE.matcher(file);
            if (!name.matches()) {
                return;
            }
            String stem = file.substring(0, file.lastIndexOf('.'));
            if (name.group(1).equals("library")) {
                if (name.group(3).equals("rego")) {
                    libraries.put(file, text);
                }
            } else if (name.group(3).equals("kinds")) {
                if (!files.containsKey(stem + ".rego")) {
                    errors.add(broken(file, "there is no policy " + stem + ".rego that these kinds could be of."));
                }
            } else {
                String wrong = whatIsWrong(text, files.get(stem + ".kinds"), stem);
                if (wrong.isEmpty()) {
                    policies.add(new RegoPolicy(file, text, namespace(text), kinds(files.get(stem + ".kinds"))));
                } else {
                    errors.add(broken(file, wrong));
                }
            }
        });
        return new RegoPolicies(List.copyOf(policies), Map.copyOf(libraries), List.copyOf(errors));
    }

    /** Whether any policy is run on objects of the kind. */
    public boolean applyTo(String kind) {
        return policies.stream().anyMatch(policy -> policy.appliesTo(kind));
    }

    /** Those that are run on objects of the kind. */
    public List<RegoPolicy> of(String kind) {
        return policies.stream().filter(policy -> policy.appliesTo(kind)).toList();
    }

    /** Changes with every text that is run on objects of the kind, and with no other; empty where none is. */
    public String hash(String kind) {
        if (!applyTo(kind)) {
            return "";
        }
        List<String> texts = new ArrayList<>();
        of(kind).forEach(policy -> texts.add(policy.file() + "\n" + policy.text()));
        new TreeMap<>(libraries).forEach((file, text) -> texts.add(file + "\n" + text));
        return SafeHash.ofStrings(texts);
    }

    /** All but some. */
    public RegoPolicies without(Map<String, String> files) {
        return new RegoPolicies(
                policies.stream()
                        .filter(policy -> !files.containsKey(policy.file()))
                        .toList(),
                libraries,
                errors);
    }

    private static String whatIsWrong(String text, @Nullable String kinds, String stem) {
        if (kinds == null || kinds(kinds).isEmpty()) {
            return "the kinds are missing that it is run on: add the key " + stem
                    + ".kinds with kinds separated by commas, Workload, or *.";
        }
        if (namespace(text).isEmpty()) {
            return "it has no package; begin it, after its METADATA, with for example package trivyoperator.images.";
        }
        if (!RULE.matcher(text).find()) {
            return "it has no rule deny or deny_NAME at the beginning of a line; no other rule is asked.";
        }
        if (!METADATA.matcher(text).find()) {
            return "it has no METADATA before its package; Trivy does not run a policy without, which should give title and id.";
        }
        return "";
    }

    private static String namespace(String text) {
        Matcher matcher = PACKAGE.matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static List<String> kinds(@Nullable String text) {
        List<String> kinds = new ArrayList<>();
        Arrays.stream(Optional.ofNullable(text).orElse("").split("[,\\s]+"))
                .filter(kind -> !kind.isEmpty())
                .forEach(kind -> {
                    if (kind.equals("Workload")) {
                        kinds.addAll(CheckDefinition.WORKLOADS);
                    } else {
                        kinds.add(kind);
                    }
                });
        return List.copyOf(kinds);
    }

    private static BrokenCheck broken(String file, String what) {
        return new BrokenCheck(file, "", file + ": " + what);
    }
}
