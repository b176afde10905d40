package dev.breakwater.controller.compliance;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Setting.Trait;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How compliance is compiled from what audits found. */
public record ComplianceSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("Compliance");

    public static final Setting<List<String>> FRAMEWORKS = SETTINGS.add(
            "compliance.frameworks",
            Types.texts("LIST"),
            by(Frameworks.DEFAULT, "CIS, NSA and both of Pod Security"),
            Rules.anyOf(Frameworks.ALL),
            "Built-in frameworks that are created when missing");

    public static final Setting<ZoneId> ZONE = SETTINGS.add(
            "compliance.zone",
            Types.zone(),
            by(ZoneOffset.UTC),
            Rules.any(),
            "Time zone in which the cron of every framework is read");

    public static final Setting<Integer> FAIL_ENTRIES_LIMIT = SETTINGS.add(
            "compliance.failEntriesLimit",
            Types.number(),
            by(10),
            Rules.number(0, 100_000),
            "Findings listed per control in full reports");

    /** Corrections of the original that are wanted. */
    public static final Setting<Set<Deviation>> DEVIATIONS = SETTINGS.add(
            "compliance.deviations",
            Types.set("LIST", Types.choice("NAME", Arrays.asList(Deviation.values()), Deviation::label)),
            by(EnumSet.allOf(Deviation.class)),
            Rules.any(),
            "Those of `deviations` that compliance knows",
            Trait.UNLISTED);

    public static final Setting<Duration> RETRY = SETTINGS.add(
            "compliance.retry",
            Types.duration(),
            by(Duration.ofSeconds(30)),
            Rules.duration(Duration.ofMillis(1), Duration.ofHours(24)),
            "Pause after a compilation that could not read or write everything",
            Trait.UNLISTED);

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public ComplianceSettings {
        values = values.of(SETTINGS);
        new Bounds().obey(SETTINGS, values).check();
    }

    public static ComplianceSettings defaults() {
        return new ComplianceSettings(SettingValues.DEFAULTS);
    }

    public <T> ComplianceSettings with(Setting<T> setting, T value) {
        return new ComplianceSettings(values.with(setting, value));
    }

    public List<String> frameworks() {
        return values.get(FRAMEWORKS);
    }

    public ZoneId zone() {
        return values.get(ZONE);
    }

    public int entryLimit() {
        return values.get(FAIL_ENTRIES_LIMIT);
    }

    public Set<Deviation> deviations() {
        return values.get(DEVIATIONS);
    }

    public Duration retry() {
        return values.get(RETRY);
    }
}
