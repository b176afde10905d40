package dev.breakwater.controller.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Registries that asked for fewer requests or answered with errors of their own (429, 5xx), and are left alone for a while; the others are not. The first
 * pause is a minute, or as long as the registry said; each further one is twice as long, until the registry hands something out again.
 *
 * <p>Threading: one monitor; any thread.
 */
public final class RegistryPauses {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final InstantSource clock;
    private final Map<String, Pause> pauses = new HashMap<>();

    private record Pause(Instant until, Duration length) {}

    public RegistryPauses(InstantSource clock) {
        this.clock = clock;
    }

    /** Until when nothing is asked of it; empty where it may be asked now. */
    public synchronized Optional<Instant> until(String registry) {
        Pause pause = pauses.get(registry);
        return pause != null && pause.until().isAfter(clock.instant()) ? Optional.of(pause.until()) : Optional.empty();
    }

    /**
     * To be called with each such answer. What was asked before the pause began and is answered in it does not make it longer, unless the registry says so.
     *
     * @param asked what the registry said itself (Retry-After); zero where it said nothing
     */
    public synchronized void refused(String registry, Duration asked) {
        Instant now = clock.instant();
        Pause before = pauses.get(registry);
        Duration length = before == null ? FIRST : before.length();
        Instant until = now.plus(length);
        if (before != null && before.until().isAfter(now)) {
            until = before.until();
        } else if (before != null) {
            length = shorter(length.multipliedBy(2), LONGEST);
            until = now.plus(length);
        }
        Instant wished = now.plus(shorter(asked, LONGEST));
        pauses.put(registry, new Pause(wished.isAfter(until) ? wished : until, length));
    }

    /** To be called when it handed something out. */
    public synchronized void answered(String registry) {
        pauses.remove(registry);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
