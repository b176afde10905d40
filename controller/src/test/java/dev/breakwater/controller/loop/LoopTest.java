package dev.breakwater.controller.loop;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LoopTest {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-28T00:00:00Z"));
    private final List<Duration> rests = new CopyOnWriteArrayList<>();
    private final Loops loops = new Loops(now::get, this::rest, new Random(1));

    private void rest(Duration duration) throws InterruptedException {
        rests.add(duration);
        // A rest of a day lasts until somebody ends it; all others pass at once, but not for ever.
        if (duration.compareTo(Duration.ofDays(1)) >= 0 || rests.size() > 1_000) {
            new CountDownLatch(1).await();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @AfterEach
    void stop() {
        loops.close();
    }

    static Stream<Throwable> whatAStepMayThrow() {
        return Stream.of(
                new IOException("the API server is away"),
                new IllegalStateException("nobody thought of this"),
                new NullPointerException(),
                new StackOverflowError(),
                new NoClassDefFoundError("missing"),
                new AssertionError("wrong"),
                new InterruptedException("nobody asked for it"));
    }

    @ParameterizedTest
    @MethodSource("whatAStepMayThrow")
    void aLoopSurvivesWhatItsWorkThrows(Throwable thrown) {
        AtomicInteger rounds = new AtomicInteger();
        loops.loop("survivor", LONGEST, () -> {
                    if (rounds.incrementAndGet() == 1) {
                        sneak(thrown);
                    }
                    return Duration.ofSeconds(1);
                })
                .start();
        await().atMost(10, SECONDS).until(() -> rounds.get() > 3);
        assertThat(loops.stuck()).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void pausesBetweenFailuresGrowToAMinuteAndAreShortenedByChance() {
        loops.loop("failing", LONGEST, () -> {
                    throw new IOException("again");
                })
                .start();
        await().atMost(10, SECONDS).until(() -> rests.size() >= 9);
        long whole = 1_000;
        for (Duration rest : rests.subList(0, 9)) {
            assertThat(rest.toMillis()).isBetween(whole / 2, whole);
            whole = Math.min(whole * 2, 60_000);
        }
    }

    @Test
    void aLoopStuckInItsWorkIsNotAliveAndOneThatIsThroughIsAgain() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch inWork = new CountDownLatch(1);
        loops.loop("slow", LONGEST, () -> {
                    inWork.countDown();
                    hold.await();
                    return Duration.ofDays(1);
                })
                .start();
        inWork.await();
        assertThat(loops.stuck()).isEmpty();
        now.set(now.get().plus(LONGEST).plusSeconds(1));
        assertThat(loops.stuck()).singleElement().asString().contains("loop slow has been at one piece of work since");

        hold.countDown();
        await().atMost(10, SECONDS).until(() -> loops.stuck().isEmpty());
    }

    @Test
    void workOfManyPartsThatTellsOfItselfIsAlive() throws InterruptedException {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch inWork = new CountDownLatch(1);
        AtomicReference<Loop> itself = new AtomicReference<>();
        itself.set(loops.loop("long", LONGEST, () -> {
            inWork.countDown();
            hold.await();
            return Duration.ZERO;
        }));
        itself.get().start();
        inWork.await();
        now.set(now.get().plus(LONGEST).plusSeconds(1));
        itself.get().tick();
        assertThat(loops.stuck()).isEmpty();
        hold.countDown();
    }

    @Test
    void aLoopThatWaitsForWorkIsAliveHoweverLong() throws InterruptedException {
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
        AtomicInteger done = new AtomicInteger();
        AtomicReference<Loop> itself = new AtomicReference<>();
        itself.set(loops.loop("worker", LONGEST, () -> {
            itself.get().idle(queue::take);
            done.incrementAndGet();
            return Duration.ZERO;
        }));
        itself.get().start();
        await().atMost(10, SECONDS).until(() -> loops.standing().toString().contains("waits for work"));
        now.set(now.get().plus(Duration.ofDays(30)));
        assertThat(loops.stuck()).isEmpty();
        queue.put("work");
        await().atMost(10, SECONDS).until(() -> done.get() == 1);
    }

    @Test
    void aLoopWhoseRestDoesNotEndIsNotAlive() {
        loops.loop("sleeper", LONGEST, () -> Duration.ofDays(1)).start();
        await().atMost(10, SECONDS).until(() -> loops.standing().toString().contains("rests"));
        now.set(now.get().plus(Duration.ofDays(1)));
        assertThat(loops.stuck()).isEmpty();
        now.set(now.get().plus(LONGEST).plusSeconds(1));
        assertThat(loops.stuck()).singleElement().asString().contains("loop sleeper was to go on at");
    }

    @Test
    void aLoopThatEndedByItselfIsNotAlive() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
        try {
            loops.loop("dead", LONGEST, () -> {
                        throw new InternalError("the machine is broken");
                    })
                    .start();
            await().dontCatchUncaughtExceptions()
                    .atMost(10, SECONDS)
                    .until(() -> loops.stuck().equals(List.of("loop dead has ended")));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void wakingEndsARestAndIsNotLostBeforeOne() {
        AtomicInteger rounds = new AtomicInteger();
        Loop loop = loops.loop("woken", LONGEST, () -> {
            rounds.incrementAndGet();
            return Duration.ofDays(1);
        });
        loop.wake();
        loop.start();
        await().atMost(10, SECONDS).until(() -> rounds.get() == 2);
        for (int i = 3; i < 20; i++) {
            int expected = i;
            loop.wake();
            await().atMost(10, SECONDS).until(() -> rounds.get() >= expected);
        }
    }

    @Test
    void wakingInterruptsNoWork() throws InterruptedException {
        CountDownLatch inWork = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger through = new AtomicInteger();
        Loop loop = loops.loop("worker", LONGEST, () -> {
            inWork.countDown();
            hold.await();
            through.incrementAndGet();
            return Duration.ofDays(1);
        });
        loop.start();
        inWork.await();
        loop.wake();
        hold.countDown();
        await().atMost(10, SECONDS).until(() -> through.get() == 2);
        assertThat(loops.standing()).singleElement().asString().doesNotContain("trouble");
    }

    @Test
    void aStepThatLeavesItsThreadInterruptedDoesNotMakeTheLoopSpin() {
        AtomicInteger rounds = new AtomicInteger();
        loops.loop("careless", LONGEST, () -> {
                    rounds.incrementAndGet();
                    Thread.currentThread().interrupt();
                    return Duration.ofDays(1);
                })
                .start();
        await().atMost(10, SECONDS).until(() -> loops.standing().toString().contains("rests"));
        assertThat(rounds).hasValue(1);
    }

    @Test
    void closeEndsALoopWhereverItIs() throws InterruptedException {
        CountDownLatch inWork = new CountDownLatch(3);
        AtomicReference<Loop> waiting = new AtomicReference<>();
        waiting.set(loops.loop("waiting", LONGEST, () -> {
            inWork.countDown();
            waiting.get().idle(new ArrayBlockingQueue<>(1)::take);
            return Duration.ZERO;
        }));
        List<Loop> all = List.of(
                loops.loop("resting", LONGEST, () -> {
                    inWork.countDown();
                    return Duration.ofDays(1);
                }),
                loops.loop("working", LONGEST, () -> {
                    inWork.countDown();
                    new CountDownLatch(1).await();
                    return Duration.ZERO;
                }),
                waiting.get());
        all.forEach(Loop::start);
        inWork.await();
        all.forEach(Loop::close);
        assertThat(loops.standing()).isEmpty();
    }

    @Test
    void closeOfALoopThatWasNeverBegunEndsAtOnceAndItIsNeverBegun() {
        AtomicInteger rounds = new AtomicInteger();
        Loop loop = loops.loop("never", LONGEST, () -> {
            rounds.incrementAndGet();
            return Duration.ZERO;
        });
        loop.close();
        loop.start();
        loop.close();
        assertThat(rounds).hasValue(0);
        assertThat(loops.standing()).isEmpty();
    }

    @Test
    void aPulseThatStopsIsNotAliveUntilItIsClosed() {
        Pulse pulse = loops.pulse("informer-pods", LONGEST);
        now.set(now.get().plus(LONGEST));
        assertThat(loops.stuck()).isEmpty();
        now.set(now.get().plusSeconds(1));
        assertThat(loops.stuck()).singleElement().asString().contains("informer-pods gave its last sign of life at");
        pulse.beat();
        assertThat(loops.stuck()).isEmpty();
        now.set(now.get().plus(LONGEST).plusSeconds(1));
        pulse.close();
        assertThat(loops.stuck()).isEmpty();
    }
}
