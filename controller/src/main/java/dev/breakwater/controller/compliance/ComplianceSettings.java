package dev.breakwater.controller.compliance;

import dev.breakwater.controller.bounds.Bounds;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How compliance is compiled. Keys under {@code compliance}, each named as its component.
 *
 * @param frameworks {@code compliance.frameworks}: built-in ones that are created when they are missing, see {@link Frameworks#ALL}
 * @param zone {@code compliance.zone}: the time zone in which every spec's cron is read
 * @param entryLimit {@code compliance.failEntriesLimit}: findings listed per control, 0 or more
 * @param deviations corrections of the original that are wanted
 * @param retry pause after a compilation that could not read or write everything
 */
public record ComplianceSettings(
        List<String> frameworks, ZoneId zone, int entryLimit, Set<Deviation> deviations, Duration retry) {

    /** @throws dev.breakwater.controller.bounds.OutOfBounds for values that are not allowed */
    public ComplianceSettings {
        new Bounds("compliance")
                .anyOf("frameworks", frameworks, Frameworks.ALL)
                .number("failEntriesLimit", entryLimit, 0, 100_000)
                .duration("retry", retry, Duration.ofMillis(1), Duration.ofHours(24))
                .check();
    }

    public static ComplianceSettings defaults() {
        return new ComplianceSettings(
                Frameworks.DEFAULT, ZoneOffset.UTC, 10, EnumSet.allOf(Deviation.class), Duration.ofSeconds(30));
    }
}
