package dev.breakwater.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RegistryPausesTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final RegistryPauses pauses = new RegistryPauses(now::get);

    @Test
    void oneRegistryIsLeftAloneAndTheOthersAreNot() {
        pauses.refused("a.example", Duration.ZERO);
        assertThat(pauses.until("a.example")).contains(START.plusSeconds(60));
        assertThat(pauses.until("b.example")).isEmpty();
        now.set(START.plusSeconds(60));
        assertThat(pauses.until("a.example")).isEmpty();
    }

    @Test
    void whatTheRegistryAsksForCountsUpToABound() {
        pauses.refused("a.example", Duration.ofMinutes(5));
        assertThat(pauses.until("a.example")).contains(START.plus(Duration.ofMinutes(5)));
        pauses.refused("b.example", Duration.ofDays(9));
        assertThat(pauses.until("b.example")).contains(START.plus(Duration.ofMinutes(30)));
    }

    @Test
    void scansThatWereUnderWayDoNotMakeItLongerAndNewTroubleDoes() {
        for (int scan = 0; scan < 10; scan++) {
            pauses.refused("a.example", Duration.ZERO);
        }
        assertThat(pauses.until("a.example")).contains(START.plusSeconds(60));
        Instant at = START;
        for (int minutes : new int[] {2, 4, 8, 16, 30, 30}) {
            at = pauses.until("a.example").orElseThrow();
            now.set(at);
            pauses.refused("a.example", Duration.ZERO);
            assertThat(pauses.until("a.example")).contains(at.plus(Duration.ofMinutes(minutes)));
        }
        pauses.answered("a.example");
        assertThat(pauses.until("a.example")).isEmpty();
        pauses.refused("a.example", Duration.ZERO);
        assertThat(pauses.until("a.example")).contains(at.plusSeconds(60));
    }
}
