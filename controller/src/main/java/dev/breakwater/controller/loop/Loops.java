package dev.breakwater.controller.loop;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The loops of a program, and whether all of them go round. Known are those that were begun and not closed since.
 *
 * <p>Threading: any thread.
 */
public final class Loops implements AutoCloseable {
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Wait wait;
    private final RandomGenerator random;
    private final Set<Loop> loops = ConcurrentHashMap.newKeySet();
    private final Set<Pulse> pulses = ConcurrentHashMap.newKeySet();

    public Loops(InstantSource clock, Wait wait, RandomGenerator random) {
        this.clock = clock;
        this.wait = wait;
        this.random = random;
    }

    /**
     * A loop that is not begun yet.
     *
     * @param name for logs and probes
     * @param longest how long one piece of work may take before the loop counts as stuck: longer than the time limits of all that the work waits for
     */
    public Loop loop(String name, Duration longest, Loop.Step step) {
        return new Loop(this, name, longest, step);
    }

    /**
     * The sign of life of something that goes round in threads of its own.
     *
     * @param longest between two signs
     */
    public Pulse pulse(String name, Duration longest) {
        Pulse pulse = new Pulse(this, name, longest);
        pulses.add(pulse);
        return pulse;
    }

    public BackOff backOff(Duration first, Duration longest) {
        return new BackOff(first, longest, random);
    }

    /** A sentence for each that does not go round; empty when all is well. */
    public List<String> stuck() {
        Instant now = clock.instant();
        List<String> sentences = new ArrayList<>();
        loops.forEach(loop -> loop.stuck(now).ifPresent(sentences::add));
        pulses.stream().filter(pulse -> pulse.isStuck(now)).map(Pulse::words).forEach(sentences::add);
        return sentences.stream().sorted().toList();
    }

    /** A line for each, in order of their names. */
    public List<String> standing() {
        return Stream.concat(
                        loops.stream().map(Loop::standing),
                        pulses.stream().map(pulse -> pulse.name() + ": last heard of at " + pulse.lastTick()))
                .sorted()
                .toList();
    }

    /** Tells all loops to end at once, and waits for all of them together, ten seconds at most. */
    @Override
    public void close() {
        List<Loop> running = List.copyOf(loops);
        running.forEach(Loop::askToEnd);
        long end = System.nanoTime() + STOPPING.toNanos();
        for (Loop loop : running) {
            loop.join(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
        }
    }

    /** The time by the clock of the loops. */
    public Instant now() {
        return clock.instant();
    }

    RandomGenerator random() {
        return random;
    }

    /** Lets time pass as the loops do. */
    public void await(Duration duration) throws InterruptedException {
        wait.of(duration);
    }

    void begun(Loop loop) {
        loops.add(loop);
    }

    void ended(Loop loop) {
        loops.remove(loop);
    }

    void ended(Pulse pulse) {
        pulses.remove(pulse);
    }
}
