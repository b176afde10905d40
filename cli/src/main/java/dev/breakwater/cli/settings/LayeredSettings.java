package dev.breakwater.cli.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives each option the value that the file or the environment has for it, where no flag says otherwise.
 *
 * <p>The file has one section per command and the options that all commands share at its root:
 *
 * <pre>{@code
 * logLevel: info
 * serve:
 *   port: 8443
 * control:
 *   concurrentJobs: 5
 * }</pre>
 *
 * A key or a {@code BREAKWATER_} variable that no command knows stops the start: a misspelt limit must not silently be the default.
 */
public final class LayeredSettings implements CommandLine.IDefaultValueProvider {
    /** Variables with our prefix that are not settings of a command but of the tests and the launcher. */
    private static final Set<String> FOREIGN = Set.of("CONFIG", "REQUIRE", "JAVA_OPTS", "AOT", "HEAP");

    /** Kubernetes tells each container of the Services of its namespace, and a Service may well be called breakwater-something. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

    private static final String TESTS = SettingNames.PREFIX + "TEST_";

    private final Map<String, String> environment;
    private final @Nullable Path file;
    /** Values of the file by {@code command.key}; the command is empty for shared options. */
    private final Map<String, String> values = new HashMap<>();

    private LayeredSettings(Map<String, String> environment, @Nullable Path file) {
        this.environment = environment;
        this.file = file;
    }

    /**
     * Reads the file named by {@code --config} or {@code BREAKWATER_CONFIG}, checks all keys against the options of {@code root},
     * and installs itself there.
     *
     * @throws SettingsException for a file that cannot be read and for unknown keys
     */
    public static LayeredSettings install(CommandLine root, List<String> arguments, Map<String, String> environment) {
        String named = flag(arguments);
        if (named == null) {
            named = environment.get(SettingNames.PREFIX + "CONFIG");
        }
        LayeredSettings settings = new LayeredSettings(environment, named == null ? null : Path.of(named));
        settings.checkVariables(root);
        settings.readFile(root);
        root.setDefaultValueProvider(settings);
        return settings;
    }

    /** Whether a variable of the environment is a setting, or a misspelt one. */
    public static boolean isOurs(String variable) {
        return variable.startsWith(SettingNames.PREFIX)
                && !variable.startsWith(TESTS)
                && !FOREIGN.contains(variable.substring(SettingNames.PREFIX.length()));
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !SettingNames.isSetting(option)) {
            return null;
        }
        String name = SettingNames.variable(option);
        return isSet(name) ? environment.get(name) : values.get(place(option));
    }

    /** Where the value of an option came from, for an error about it; empty for a flag. */
    public String origin(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !SettingNames.isSetting(option)) {
            return "";
        }
        if (isSet(SettingNames.variable(option))) {
            return " (from " + SettingNames.variable(option) + ")";
        }
        String place = place(option);
        return values.containsKey(place) ? " (from " + place + " in " + file + ")" : "";
    }

    private static @Nullable String flag(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith("--config=")) {
                return argument.substring("--config=".length());
            }
            if (argument.equals("--config") && i + 1 < arguments.size()) {
                return arguments.get(i + 1);
            }
        }
        return null;
    }

    private void checkVariables(CommandLine root) {
        Set<String> known = new TreeSet<>();
        for (CommandLine command : commands(root)) {
            command.getCommandSpec().options().stream()
                    .filter(SettingNames::isSetting)
                    .map(SettingNames::variable)
                    .forEach(known::add);
        }
        for (String variable : environment.keySet()) {
            if (isOurs(variable) && !isServiceLink(variable) && !known.contains(variable)) {
                throw new SettingsException("environment variable " + variable + "=" + environment.get(variable)
                        + " is not a setting; known are " + String.join(", ", known));
            }
        }
    }

    private boolean isSet(String variable) {
        return environment.containsKey(variable) && !isServiceLink(variable);
    }

    private boolean isServiceLink(String variable) {
        return SERVICE_LINK.matcher(variable).matches()
                || (variable.endsWith("_PORT")
                        && environment.getOrDefault(variable, "").contains("://"));
    }

    private void readFile(CommandLine root) {
        if (file == null) {
            return;
        }
        Map<String, CommandLine> sections = root.getSubcommands();
        parse(file).forEach((key, value) -> {
            String name = String.valueOf(key);
            CommandLine section = sections.get(name);
            if (section == null) {
                take("", name, value, sharedKeys(root), sections.keySet());
            } else if (value instanceof Map<?, ?> map) {
                map.forEach(
                        (inner, innerValue) -> take(name, String.valueOf(inner), innerValue, keys(section), Set.of()));
            } else {
                throw new SettingsException(file + ": " + name + " must hold keys with values, not " + value);
            }
        });
    }

    /** Takes a value over; keys may be nested, so that {@code scanner: {image: x}} is the same as {@code scannerImage: x}. */
    private void take(String section, String key, @Nullable Object value, Set<String> known, Set<String> sections) {
        String place = section.isEmpty() ? key : section + "." + key;
        if (value instanceof Map<?, ?> nested && known.stream().anyMatch(option -> isBelow(option, key))) {
            nested.forEach((inner, innerValue) ->
                    take(section, key + capitalised(String.valueOf(inner)), innerValue, known, sections));
            return;
        }
        if (!known.contains(key)) {
            Set<String> allowed = new TreeSet<>(known);
            allowed.addAll(sections);
            throw new SettingsException(
                    file + ": unknown key " + place + ": " + value + "; known here are " + String.join(", ", allowed));
        }
        if (value != null) {
            values.put(place, words(value));
        }
    }

    /** Whether {@code scannerImage} is a key below {@code scanner}. */
    private static boolean isBelow(String option, String key) {
        return option.length() > key.length()
                && option.startsWith(key)
                && Character.isUpperCase(option.charAt(key.length()));
    }

    /** As the flag would have it: lists with commas, maps as {@code key=value} with commas, a list below a key as {@code key=a,key=b}. */
    private static String words(Object value) {
        return switch (value) {
            case List<?> list -> list.stream().map(String::valueOf).collect(Collectors.joining(","));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .flatMap(entry -> entry.getValue() instanceof List<?> list
                                ? list.stream().map(item -> entry.getKey() + "=" + item)
                                : Stream.of(entry.getKey() + "=" + entry.getValue()))
                        .collect(Collectors.joining(","));
            default -> String.valueOf(value);
        };
    }

    private static String capitalised(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private String place(OptionSpec option) {
        String key = SettingNames.key(option);
        String command = option.command() == null ? "" : option.command().name();
        String own = command + "." + key;
        return values.containsKey(own) ? own : key;
    }

    private static Set<String> keys(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(SettingNames::isSetting)
                .map(SettingNames::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The options that every command has: at the root of the file they hold for all. */
    private static Set<String> sharedKeys(CommandLine root) {
        Set<String> shared = new TreeSet<>(Set.of("logLevel", "logFormat"));
        shared.addAll(keys(root));
        return shared;
    }

    private static List<CommandLine> commands(CommandLine root) {
        List<CommandLine> all = new ArrayList<>(List.of(root));
        for (CommandLine command : root.getSubcommands().values()) {
            all.addAll(commands(command));
        }
        return all;
    }

    private static Map<?, ?> parse(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            LoaderOptions options = new LoaderOptions();
            // Of two values nobody can say which was meant, and the last would win without a word that names the file.
            options.setAllowDuplicateKeys(false);
            Object document = new Yaml(new SafeConstructor(options)).load(reader);
            if (document == null) {
                return Map.of();
            }
            if (document instanceof Map<?, ?> map) {
                return map;
            }
            throw new SettingsException(
                    file + ": expected keys with values at the top, such as `serve:` and below it `port: 8443`");
        } catch (NoSuchFileException e) {
            throw new SettingsException("there is no configuration file " + file);
        } catch (IOException e) {
            throw new SettingsException("the configuration file " + file + " cannot be read: " + e.getMessage());
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new SettingsException(file + ":" + line + " is not YAML that can be used: " + e.getProblem());
        } catch (YAMLException | IllegalArgumentException | ClassCastException e) {
            // The library lets some wrong tags and numbers out as they are.
            throw new SettingsException(file + " is not YAML: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }
}
