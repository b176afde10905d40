package dev.breakwater.cli.logging;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.util.Arrays;
import java.util.Optional;

/** The two settings that every command has. */
public record LoggingSettings(SettingValues values) {
    /** Allowed values of {@code --log-level}. */
    public enum LogLevel {
        error,
        warn,
        info,
        debug,
        trace
    }

    public static final SettingGroup SETTINGS = new SettingGroup("Every command");

    public static final Setting<Optional<LogLevel>> LEVEL = SETTINGS.add(
            "logLevel",
            Types.choice("LEVEL", Arrays.asList(LogLevel.values()), LogLevel::name)
                    .as(Optional::of, level -> level.orElse(LogLevel.info)),
            by(Optional.empty(), "info; warn where a command tells by itself"),
            Rules.any(),
            "How much to log: error, warn, info, debug, trace");

    public static final Setting<LogFormat> FORMAT = SETTINGS.add(
            "logFormat",
            Types.choice("FORMAT", Arrays.asList(LogFormat.values()), LogFormat::name),
            by(LogFormat.text),
            Rules.any(),
            "How log lines look: text, json");

    /** Empty where the user names none. */
    public Optional<LogLevel> level() {
        return values.get(LEVEL);
    }

    public LogFormat format() {
        return values.get(FORMAT);
    }
}
