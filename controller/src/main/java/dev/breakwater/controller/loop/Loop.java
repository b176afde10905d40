package dev.breakwater.controller.loop;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a step again and again until it is closed. What a step throws is logged when it is another trouble than the last, and followed by a pause that
 * grows; it never ends the loop. Made by {@link Loops}, which knows whether all of them go round.
 *
 * <p>Threading: one virtual thread, begun by {@link #start}. {@link #wake}, {@link #close} and the questions may come from any thread; one monitor guards
 * where the loop is. The thread is interrupted to end it, and to end a rest early; never in the middle of work for another reason.
 */
public final class Loop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final Loops loops;
    private final String name;
    private final Duration longest;
    private final Step step;
    private final BackOff backOff;
    private @Nullable Thread thread;
    private boolean closed;
    private boolean ended;
    private boolean woken;
    private State state = State.WORKING;
    /** When it last went from one state into another, or told that its work goes on. */
    private Instant tick = Instant.MAX;
    /** End of the rest. */
    private Instant until = Instant.MAX;
    /** The last failure; empty after a step that went well. */
    private String trouble = "";

    private enum State {
        WORKING,
        /** For a time that is known. */
        RESTING,
        /** For something to do, as long as that takes. */
        IDLE
    }

    /** What is done in each round. */
    @FunctionalInterface
    public interface Step {
        /** @return how long to rest until the next round */
        Duration run() throws IOException, InterruptedException;
    }

    Loop(Loops loops, String name, Duration longest, Step step) {
        this.loops = loops;
        this.name = name;
        this.longest = longest;
        this.step = step;
        this.backOff = new BackOff(FIRST_RETRY, LONGEST_RETRY, loops.random());
    }

    /** Begins to go round; nothing where it was begun or closed before. */
    public synchronized void start() {
        if (thread != null || closed) {
            return;
        }
        tick = loops.now();
        loops.begun(this);
        thread = Thread.ofVirtual().name(name).start(this::run);
    }

    /** Ends a rest, or the next one before it begins. */
    public synchronized void wake() {
        woken = true;
        if (state == State.RESTING && thread != null) {
            thread.interrupt();
        }
    }

    /** Says from within a step that its work goes on: for steps of many parts. */
    public synchronized void tick() {
        tick = loops.now();
    }

    /** Waits from within a step for something to do, which may take for ever and is no sign of trouble. */
    public <T> T idle(Callable<T> source) throws InterruptedException {
        enter(State.IDLE);
        try {
            return source.call();
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("what gives work to loop " + name + " failed: " + e, e);
        } finally {
            enter(State.WORKING);
        }
    }

    /** Whether it is to end. */
    public synchronized boolean isClosed() {
        return closed;
    }

    /** Tells the loop to end and waits for that, ten seconds at most; one that was never begun has ended. */
    @Override
    public void close() {
        askToEnd();
        join(STOPPING);
    }

    /** Tells it to end without waiting. */
    synchronized void askToEnd() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    /** Waits for the end, which a step that takes no notice of interrupts may put off. */
    void join(Duration atMost) {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running == null || running == Thread.currentThread()) {
            return;
        }
        try {
            if (!running.join(atMost)) {
                log.warn("loop {} did not end within {} s and is left behind", name, atMost.toSeconds());
                loops.ended(this);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    String name() {
        return name;
    }

    synchronized Instant lastTick() {
        return tick;
    }

    /** Why it does not go round as it should; empty while it does. */
    synchronized Optional<String> stuck(Instant now) {
        if (ended && !closed) {
            return Optional.of("loop " + name + " has ended");
        }
        return switch (state) {
            case WORKING ->
                now.isAfter(tick.plus(longest))
                        ? Optional.of("loop " + name + " has been at one piece of work since " + tick + "; "
                                + longest.toSeconds() + " s are allowed")
                        : Optional.empty();
            case RESTING ->
                now.isAfter(until.plus(longest))
                        ? Optional.of("loop " + name + " was to go on at " + until)
                        : Optional.empty();
            case IDLE -> Optional.empty();
        };
    }

    /** One line for people. */
    synchronized String standing() {
        String what = switch (state) {
            case WORKING -> "works";
            case RESTING -> "rests";
            case IDLE -> "waits for work";
        };
        return name + ": " + what + " since " + tick + (trouble.isEmpty() ? "" : "; trouble: " + trouble);
    }

    private void run() {
        try {
            while (!isClosed()) {
                rest(round());
            }
        } finally {
            synchronized (this) {
                ended = true;
                if (closed) {
                    loops.ended(this);
                }
            }
        }
    }

    private Duration round() {
        try {
            Duration next = step.run();
            recovered();
            return next;
        } catch (VirtualMachineError e) {
            if (e instanceof StackOverflowError) {
                return failed(e);
            }
            throw e;
        } catch (Exception | LinkageError | AssertionError e) {
            return failed(e);
        }
    }

    private Duration failed(Throwable e) {
        Duration pause = backOff.next();
        String now = e.toString();
        boolean another;
        synchronized (this) {
            if (closed) {
                return Duration.ZERO;
            }
            another = !now.equals(trouble);
            trouble = now;
        }
        if (another && e instanceof IOException) {
            log.warn("{}: {}; trying again", name, now);
        } else if (another) {
            log.error("{}: a round failed; trying again", name, e);
        } else {
            log.debug("{}: {} again; trying again in {} ms", name, now, pause.toMillis());
        }
        return pause;
    }

    private void recovered() {
        boolean was;
        synchronized (this) {
            was = !trouble.isEmpty();
            trouble = "";
        }
        backOff.reset();
        if (was) {
            log.info("{}: goes on", name);
        }
    }

    private void rest(Duration pause) {
        synchronized (this) {
            // A step may leave the flag set, and every wait of the next would end at once.
            if (!closed && Thread.interrupted()) {
                log.debug("{}: a step left its thread interrupted", name);
            }
            if (closed || woken || !pause.isPositive()) {
                woken = false;
                enter(State.WORKING);
                return;
            }
            until = loops.now().plus(pause);
            enter(State.RESTING);
        }
        try {
            loops.await(pause);
        } catch (InterruptedException e) {
            // Woken or closed.
        } finally {
            synchronized (this) {
                woken = false;
                enter(State.WORKING);
                if (!closed) {
                    Thread.interrupted();
                }
            }
        }
    }

    private synchronized void enter(State next) {
        state = next;
        tick = loops.now();
    }
}
