package dev.breakwater.controller.coverage;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Durations;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.time.Duration;

/** When a failed scan is tried again. */
public record RetrySettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Scans that failed");

    private static final Duration LONGEST_PAUSE = Duration.ofDays(30);

    public static final Setting<Duration> FIRST = SETTINGS.add(
            "retry.first",
            Types.duration(),
            by(Duration.ofMinutes(1)),
            Rules.duration(Duration.ofMillis(100), LONGEST_PAUSE),
            "Pause after an image's first failed scan, doubled after each further one");

    public static final Setting<Duration> LONGEST = SETTINGS.add(
            "retry.longest",
            Types.duration(),
            by(Duration.ofHours(6)),
            Rules.duration(Duration.ofMillis(100), LONGEST_PAUSE),
            "Longest pause between scans that fail, not less than `retry.first`");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public RetrySettings {
        values = values.of(SETTINGS);
        Duration first = values.get(FIRST);
        new Bounds()
                .obey(SETTINGS, values)
                .require(
                        values.get(LONGEST).compareTo(first) >= 0,
                        LONGEST,
                        values.get(LONGEST),
                        Durations.words(first) + " to " + Durations.words(LONGEST_PAUSE))
                .check();
    }

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public RetrySettings(Duration first, Duration longest) {
        this(SettingValues.DEFAULTS.with(FIRST, first).with(LONGEST, longest));
    }

    public static RetrySettings defaults() {
        return new RetrySettings(SettingValues.DEFAULTS);
    }

    public Duration first() {
        return values.get(FIRST);
    }

    public Duration longest() {
        return values.get(LONGEST);
    }

    /** Pause after so many failures, 1 or more. */
    Duration after(int failures) {
        Duration pause = first();
        for (int i = 1; i < failures && pause.compareTo(longest()) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longest()) > 0 ? longest() : pause;
    }
}
