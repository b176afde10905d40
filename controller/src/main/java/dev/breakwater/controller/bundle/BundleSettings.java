package dev.breakwater.controller.bundle;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.time.Duration;

/** Where a bundle of checks is. */
public record BundleSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Bundles of checks");

    /** Empty for none. */
    public static final Setting<String> REFERENCE = SETTINGS.add(
            "checksBundle",
            Types.text("REFERENCE"),
            by(""),
            Rules.orEmpty(Rules.parsed(ImageReference::parse, "HOST/PATH[:TAG][@DIGEST]")),
            "A bundle of checks and policies of your own in a registry. Hosts of `scanner.plainRegistries` are spoken to"
                    + " without TLS");

    public static final Setting<Duration> REFRESH = SETTINGS.add(
            "checksBundleRefresh",
            Types.duration(),
            by(Duration.ofHours(1)),
            Rules.duration(Duration.ofSeconds(10), Duration.ofDays(365)),
            "How often the registry is asked whether the tag has moved");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public BundleSettings {
        values = values.of(SETTINGS);
        new Bounds().obey(SETTINGS, values).check();
    }

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public BundleSettings(String reference, Duration refresh) {
        this(SettingValues.DEFAULTS.with(REFERENCE, reference).with(REFRESH, refresh));
    }

    public static BundleSettings none() {
        return new BundleSettings(SettingValues.DEFAULTS);
    }

    public String reference() {
        return values.get(REFERENCE);
    }

    public Duration refresh() {
        return values.get(REFRESH);
    }
}
