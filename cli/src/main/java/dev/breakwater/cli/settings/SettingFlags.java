package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.Written;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The declared settings of one command as its flags. What is given is taken as text: whether it can be read is asked for all settings together.
 *
 * <p>Threading: of one thread.
 */
final class SettingFlags {
    /** Longer words of what is allowed stand in the documentation only. */
    private static final int SHORT = 60;

    private final CommandLine command;
    private final Map<Setting<?>, OptionSpec> options = new LinkedHashMap<>();
    private final Map<Setting<?>, SwitchText> switches = new LinkedHashMap<>();

    /** Adds the flags to the command. */
    SettingFlags(CommandLine command, List<SettingGroup> groups) {
        this.command = command;
        for (SettingGroup group : groups) {
            for (Setting<?> setting : group.listed()) {
                OptionSpec option = describe(setting);
                options.put(setting, option);
                command.getCommandSpec().addOption(option);
            }
        }
    }

    Set<Setting<?>> settings() {
        return options.keySet();
    }

    /** The declaration behind an option; nothing where it is the command's own. */
    Optional<Setting<?>> setting(OptionSpec option) {
        for (Map.Entry<Setting<?>, OptionSpec> entry : options.entrySet()) {
            if (entry.getValue() == option) {
                return Optional.of(entry.getKey());
            }
        }
        return Optional.empty();
    }

    OptionSpec option(Setting<?> setting) {
        return Objects.requireNonNull(options.get(setting));
    }

    void addTo(KnownKeys keys) {
        options.forEach((setting, option) -> keys.add(option, Optional.of(setting)));
    }

    /** What the flag says; {@code null} where it is not given. */
    @Nullable
    Written given(Setting<?> setting) {
        OptionSpec option = options.get(setting);
        if (option == null || !command.getParseResult().hasMatchedOption(option)) {
            return null;
        }
        SwitchText text = switches.get(setting);
        if (text != null) {
            return new Written.Text(text.words(option.getValue()));
        }
        return option.getValue() instanceof List<?> several
                ? Written.Items.ofTexts(several.stream().map(String::valueOf).toList())
                : new Written.Text(String.valueOf((Object) option.getValue()));
    }

    private OptionSpec describe(Setting<?> setting) {
        OptionSpec.Builder option = OptionSpec.builder(setting.flag()).description(description(setting));
        return switch (setting.type().shape()) {
            case SWITCH -> {
                SwitchText text = new SwitchText();
                switches.put(setting, text);
                yield option.type(Boolean.class)
                        .negatable(true)
                        .fallbackValue("true")
                        .converters(text)
                        .build();
            }
            case SCALAR ->
                option.type(String.class)
                        .arity("1")
                        .paramLabel(setting.type().label())
                        .build();
            // More than once is more of it.
            case LIST, MAP ->
                option.type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .paramLabel(setting.type().label())
                        .build();
        };
    }

    /** What stands in the help: sentence, what is allowed, default. */
    static String description(Setting<?> setting) {
        String allowed = setting.allowedWords();
        String words = setting.sentence()
                + (allowed.isEmpty() || allowed.length() > SHORT ? "" : "; " + allowed)
                + " (default: " + setting.fallbackWords() + ").";
        // What the library reads in descriptions.
        return words.replace("%", "%%").replace("${", "$\\{");
    }

    /** Keeps what is no truth for later, when it is told beside all else that is wrong. */
    private static final class SwitchText implements ITypeConverter<Boolean> {
        private @Nullable String wrong;

        @Override
        public Boolean convert(String value) {
            if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
                // Never taken back: the library asks again, for the value of the bare flag.
                wrong = value;
            }
            return value.equalsIgnoreCase("true");
        }

        String words(@Nullable Object value) {
            return wrong != null ? wrong : String.valueOf(value);
        }
    }
}
