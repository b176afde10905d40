package dev.breakwater.controller.rematch;

import static dev.breakwater.settings.Setting.by;

import dev.breakwater.settings.Bounds;
import dev.breakwater.settings.Durations;
import dev.breakwater.settings.Rules;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Types;
import java.time.Duration;

/** How stored package lists are matched with a new vulnerability database. Only where there is a Trivy server ({@code scanner.serverUrl}). */
public record RematchSettings(SettingValues values) {
    public static final SettingGroup SETTINGS = new SettingGroup("New databases");

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(7);

    public static final Setting<Duration> DATABASE_POLL = SETTINGS.add(
            "scanner.databasePoll",
            Types.duration(),
            by(Duration.ofMinutes(5)),
            Rules.duration(Duration.ZERO, LONGEST),
            "How often the Trivy server is asked whether it has a new database, with which stored package lists are matched without a Job, 1s or more; 0s"
                    + " for never");

    public static final Setting<String> SERVER_TOKEN_FILE = SETTINGS.add(
            "scanner.serverTokenFile",
            Types.text("FILE"),
            by(""),
            Rules.orEmpty(Rules.absolutePath()),
            "Where the controller itself finds what `scanner.serverTokenSecret` is for Jobs");

    /** @throws dev.breakwater.settings.OutOfBounds for values that are not allowed */
    public RematchSettings {
        values = values.of(SETTINGS);
        Duration poll = values.get(DATABASE_POLL);
        new Bounds()
                .obey(SETTINGS, values)
                .require(
                        poll.isZero() || poll.compareTo(SHORTEST) >= 0,
                        DATABASE_POLL,
                        poll,
                        Durations.words(SHORTEST) + " to " + Durations.words(LONGEST) + ", or 0s for never")
                .check();
    }

    /** Zero for never, and for no matching. */
    Duration poll() {
        return values.get(DATABASE_POLL);
    }

    /** Empty for none. */
    String serverTokenFile() {
        return values.get(SERVER_TOKEN_FILE);
    }
}
