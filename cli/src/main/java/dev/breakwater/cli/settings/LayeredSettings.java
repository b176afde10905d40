package dev.breakwater.cli.settings;

import dev.breakwater.settings.OutOfBounds;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Written;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Gives each setting the value that a flag has for it, else a variable, else the file, else its default; and tells all that is wrong with them at once.
 *
 * <p>Threading: of one thread.
 */
public final class LayeredSettings implements CommandLine.IDefaultValueProvider {
    private final Map<CommandLine, SettingFlags> flags = new LinkedHashMap<>();
    private final Variables variables;
    private @Nullable SettingsFile file;
    /** Keys and variables that nobody knows. */
    private final List<String> problems = new ArrayList<>();

    private LayeredSettings(Variables variables) {
        this.variables = variables;
    }

    /**
     * Gives all commands below {@code root} the flags of their declared settings, reads the file named by {@code --config} or
     * {@code BREAKWATER_CONFIG} and the environment, and installs itself as what knows the defaults.
     *
     * @param shared what every command that takes settings has
     * @throws SettingsException for a file that cannot be read
     */
    public static LayeredSettings install(
            CommandLine root, List<SettingGroup> shared, List<String> arguments, Map<String, String> environment) {
        LayeredSettings settings = new LayeredSettings(new Variables(environment));
        commands(root).stream()
                .filter(command -> command != root)
                .forEach(command -> settings.describe(command, shared));
        settings.checkVariables(root);
        String named = flag(arguments);
        if (named == null) {
            named = environment.get(Setting.PREFIX + "CONFIG");
        }
        if (named != null) {
            settings.readFile(root, shared, Path.of(named));
        }
        root.setDefaultValueProvider(settings);
        return settings;
    }

    /** Whether a variable of the environment is a setting, or a misspelt one. */
    public static boolean isOurs(String variable) {
        return Variables.isOurs(variable);
    }

    /** What is wrong with keys and variables that nobody knows, a sentence for each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Reads the declared settings of the command that is called, and gives it its own.
     *
     * @return all of them
     * @throws ParameterException with a line for each value, key and variable that is not allowed
     */
    public SettingValues configure(CommandLine command) {
        Set<String> sentences = new LinkedHashSet<>(problems);
        SettingValues values = SettingValues.DEFAULTS;
        SettingFlags own = flags.get(command);
        if (own != null) {
            for (Setting<?> setting : own.settings()) {
                values = with(values, setting, own, sentences);
            }
        }
        if (command.getCommandSpec().userObject() instanceof Configured configured) {
            try {
                configured.configure(values);
            } catch (OutOfBounds e) {
                e.all().forEach(wrong -> sentences.add(sentence(command, wrong)));
            }
        }
        if (!sentences.isEmpty()) {
            throw new ParameterException(command, String.join("\nbreakwater: ", sentences));
        }
        return values;
    }

    private <T> SettingValues with(SettingValues values, Setting<T> setting, SettingFlags own, Set<String> sentences) {
        try {
            Written written = own.given(setting);
            if (written == null) {
                String variable = variables.value(setting.variable());
                written = variable == null ? null : new Written.Text(variable);
            }
            if (written == null) {
                FileValue value = ofFile(own.option(setting));
                written = value == null ? null : value.written();
            }
            return written == null
                    ? values
                    : values.with(setting, setting.type().read().apply(written));
        } catch (IllegalArgumentException e) {
            sentences.add(setting.flag() + ": " + e.getMessage()
                    + (setting.allowedWords().isEmpty() ? "" : "; allowed is " + setting.allowedWords())
                    + (own.given(setting) == null ? origin(own.option(setting)) : ""));
            return values;
        }
    }

    private String sentence(CommandLine command, OutOfBounds.Wrong wrong) {
        SettingFlags own = flags.get(command);
        Optional<Setting<?>> setting = own == null
                ? Optional.empty()
                : own.settings().stream()
                        .filter(known -> known.key().equals(wrong.key()))
                        .findFirst();
        return own == null || setting.isEmpty()
                ? wrong.words(wrong.key())
                : wrong.words(setting.get().flag())
                        + (own.given(setting.get()) == null ? origin(own.option(setting.get())) : "");
    }

    /** For the options that commands have beside their declared settings. */
    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !SettingNames.isSetting(option) || isDeclared(option)) {
            return null;
        }
        String variable = variables.value(SettingNames.variable(option));
        if (variable != null) {
            return variable;
        }
        FileValue value = ofFile(option);
        try {
            return value == null ? null : value.words();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    option.command().commandLine(), option.longestName() + ": " + e.getMessage(), e, argument, null);
        }
    }

    /** Where the value of an option came from, for an error about it; empty for a default. */
    public String origin(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !SettingNames.isSetting(option)) {
            return "";
        }
        if (variables.value(SettingNames.variable(option)) != null) {
            return " (from " + SettingNames.variable(option) + ")";
        }
        return file == null || ofFile(option) == null ? "" : " (from " + place(option) + " in " + file.file() + ")";
    }

    /** For a command that checks options of its own, named by their flags. */
    public static ParameterException refusal(CommandSpec command, OutOfBounds wrong) {
        List<String> sentences = new ArrayList<>();
        for (OutOfBounds.Wrong one : wrong.all()) {
            OptionSpec option = command.findOption(one.key());
            String origin = option != null && command.defaultValueProvider() instanceof LayeredSettings layers
                    ? layers.origin(option)
                    : "";
            sentences.add(one.words(one.key()) + origin);
        }
        return new ParameterException(command.commandLine(), String.join("\nbreakwater: ", sentences));
    }

    private void describe(CommandLine command, List<SettingGroup> shared) {
        List<SettingGroup> groups = new ArrayList<>(shared);
        if (command.getCommandSpec().userObject() instanceof Configured configured) {
            groups.addAll(configured.groups());
        }
        flags.put(command, new SettingFlags(command, groups));
    }

    private boolean isDeclared(OptionSpec option) {
        return flags.values().stream().anyMatch(own -> own.setting(option).isPresent());
    }

    private void checkVariables(CommandLine root) {
        Set<String> known = new TreeSet<>();
        Set<String> secret = new HashSet<>();
        for (CommandLine command : commands(root)) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (SettingNames.isSetting(option)) {
                    known.add(SettingNames.variable(option));
                }
            }
        }
        flags.values()
                .forEach(own -> own.settings().stream()
                        .filter(Setting::isSecret)
                        .forEach(setting -> secret.add(setting.variable())));
        problems.addAll(variables.problems(known, secret));
    }

    private void readFile(CommandLine root, List<SettingGroup> shared, Path path) {
        Map<String, KnownKeys> sections = new LinkedHashMap<>();
        root.getSubcommands().forEach((name, command) -> sections.put(name, known(command)));
        KnownKeys atRoot = known(root);
        // At the root of the file they hold for all.
        new SettingFlags(new CommandLine(CommandSpec.create()), shared).addTo(atRoot);
        file = SettingsFile.read(path, atRoot, sections);
        problems.addAll(file.problems());
    }

    private KnownKeys known(CommandLine command) {
        KnownKeys keys = new KnownKeys();
        SettingFlags own = flags.get(command);
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (SettingNames.isSetting(option)) {
                keys.add(option, own == null ? Optional.empty() : own.setting(option));
            }
        }
        return keys;
    }

    private @Nullable FileValue ofFile(OptionSpec option) {
        return file == null ? null : file.value(place(option));
    }

    private String place(OptionSpec option) {
        String key = SettingNames.key(option);
        String command = option.command() == null ? "" : option.command().name();
        String own = command + "." + key;
        return file != null && file.value(own) != null ? own : key;
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

    private static List<CommandLine> commands(CommandLine root) {
        List<CommandLine> all = new ArrayList<>(List.of(root));
        for (CommandLine command : root.getSubcommands().values()) {
            all.addAll(commands(command));
        }
        return all;
    }
}
