package dev.breakwater.controller.compliance;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;

/** When a framework is compiled: five cron fields, read in one time zone for the whole program. */
final class Schedule {
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final ExecutionTime times;
    private final ZoneId zone;

    private Schedule(ExecutionTime times, ZoneId zone) {
        this.times = times;
        this.zone = zone;
    }

    static Schedule parse(String cron, ZoneId zone) throws InvalidSpec {
        try {
            // The schema of the kind spells October "okt" (trivy-operator 1.3).
            Cron parsed = PARSER.parse(cron.strip().toLowerCase(Locale.ROOT).replace("okt", "oct"));
            return new Schedule(ExecutionTime.forCron(parsed.validate()), zone);
        } catch (IllegalArgumentException e) {
            throw new InvalidSpec("spec.cron is \"" + cron
                    + "\"; allowed are five fields: minute, hour, day, month and weekday, such as 0 */6 * * * ("
                    + e.getMessage() + ").");
        }
    }

    /** The first time after; never, as the end of time, for a date that does not come, such as 31 February. */
    Instant after(Instant last) {
        return times.nextExecution(last.atZone(zone))
                .map(java.time.ZonedDateTime::toInstant)
                .orElse(Instant.MAX);
    }
}
