package dev.breakwater.controller.expiry;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Durations;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.time.Duration;

/** How old reports of images may be. */
public record ExpirySettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Age of reports");

    /** Less would be a Job after the other for nothing: databases come out every few hours. */
    static final Duration SHORTEST = Duration.ofMinutes(1);

    private static final Duration LONGEST = Duration.ofDays(365);

    public static final Setting<Duration> REPORT_TTL = SETTINGS.add(
            "scanner.reportTtl",
            Types.duration(),
            by(Duration.ofHours(24)),
            Rules.duration(Duration.ZERO, LONGEST),
            "An image is scanned anew when its reports are this old, 1m or more; 0s for never");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public ExpirySettings {
        values = values.of(SETTINGS);
        Duration ttl = values.get(REPORT_TTL);
        new Bounds()
                .obey(SETTINGS, values)
                .require(
                        ttl.isZero() || ttl.compareTo(SHORTEST) >= 0,
                        REPORT_TTL,
                        ttl,
                        Durations.words(SHORTEST) + " to " + Durations.words(LONGEST) + ", or 0s for never")
                .check();
    }

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public ExpirySettings(Duration reportTtl) {
        this(SettingValues.DEFAULTS.with(REPORT_TTL, reportTtl));
    }

    public static ExpirySettings defaults() {
        return new ExpirySettings(SettingValues.DEFAULTS);
    }

    /** Zero for never. */
    public Duration reportTtl() {
        return values.get(REPORT_TTL);
    }
}
