package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.answer.AnswerBudget.Share;
import dev.breakwater.apiserver.memory.Room;
import dev.breakwater.storage.segment.ZlibPool;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets answers in: with a bounded share of memory, a turn at the processor where they are long, and a time limit for their readers.
 * Lists, single objects and events have budgets of their own, so that none of them can keep the others out.
 *
 * <p>Threading: safe for any number of threads.
 */
public final class Answers implements AutoCloseable {
    /** What one step of a list's share holds: heads read ahead (16 KB of segments, as much around them), contents (32) and a write (16). */
    private static final int STEP = 80 * 1024;

    /** An inflater outside the heap with its window (40 KB), and its buffer. */
    private static final int INFLATING = 72 * 1024;

    /** Small objects of an answer: stream, splice, writer. */
    private static final int AROUND = 8 * 1024;

    /** Of a piece of work. A get meets one such at each of its steps, so some milliseconds at most. */
    private static final Duration QUANTUM = Duration.ofMillis(5);

    private final ZlibPool pool;
    private final AnswerBudget lists;
    private final AnswerBudget objects;
    private final AnswerBudget events;
    private final Turns turns;
    private final Readers readers;

    /**
     * Bounds of answers.
     *
     * @param lists bytes that all lists in progress hold
     * @param objects bytes that all answers of one object hold
     * @param events bytes that watches hold for events that they do not share
     * @param patience how long an answer waits before it is 429
     */
    public record Bounds(int lists, int objects, int events, Duration patience) {
        /** Those of the manifests. */
        public static Bounds defaults() {
            return new Bounds(12 << 20, 6 << 20, 4 << 20, Duration.ofSeconds(10));
        }
    }

    /**
     * @param room that others take from too
     * @param nanoTime the clock of the limits for readers
     */
    public Answers(ZlibPool pool, Bounds bounds, Room room, LongSupplier nanoTime) {
        this.pool = pool;
        this.lists = new AnswerBudget(bounds.lists(), bounds.patience(), room);
        this.objects = new AnswerBudget(bounds.objects(), bounds.patience(), room);
        this.events = new AnswerBudget(bounds.events(), bounds.patience(), room);
        // Two for each core: one reads from the database while the other works.
        this.turns = new Turns(2 * Runtime.getRuntime().availableProcessors(), QUANTUM, System::nanoTime);
        this.readers = new Readers(nanoTime, () -> lists.waiting() + objects.waiting() + events.waiting());
    }

    /** Begins to look after the readers. */
    public Answers start() {
        readers.start();
        return this;
    }

    ZlibPool pool() {
        return pool;
    }

    /**
     * Admits a list, before anything is read for it.
     *
     * @param inflating whether it is not sent as it is stored
     * @throws dev.breakwater.apiserver.status.StatusException 429 when there was no room in time
     */
    public Admission list(HttpServletRequest request, boolean inflating) {
        // What is inflated goes out at a tenth of the pace: reading far ahead for it gains nothing.
        Share share = lists.open(AROUND + (inflating ? INFLATING : 0), STEP, inflating ? 4 : 16);
        return new Admission(share, 0, turns, readers, new Severing(request));
    }

    /**
     * Admits an answer of one object.
     *
     * @param expected bytes of the answer, about
     * @param committed whether it tells of a write that cannot be refused any more
     */
    Admission object(HttpServletRequest request, long expected, boolean inflating, boolean committed) {
        int base = AROUND + (inflating ? INFLATING : 0);
        // One write, so that its length can be told, and what is read for it.
        int write = (int) Math.clamp(expected + 1024, 1024, ReplyStream.WRITE);
        int read = (int) Math.clamp(expected, 0, Shown.PIECE);
        Share share = committed ? objects.overdraw(base + read, write) : objects.open(base + read, write, 1);
        return new Admission(share, write, turns, readers, new Severing(request));
    }

    /** Admits a watch, which holds a share only while it writes what it does not share with others. */
    public Admission watch(HttpServletRequest request) {
        return new Admission(null, 0, turns, readers, new Severing(request));
    }

    /**
     * A share for an event of one watch, or for some of its snapshot; {@code null} when the watch ended meanwhile.
     *
     * @param expected bytes of the event, about
     */
    public @Nullable Share event(long expected, BooleanSupplier gone) {
        return events.await(AROUND + INFLATING, (int) Math.clamp(expected, 1024, STEP), gone);
    }

    /** Bytes that answers in progress hold by their shares. */
    public long held() {
        return lists.held() + objects.held() + events.held();
    }

    /** How many of them are in a write. */
    public int writing() {
        return readers.writings();
    }

    @Override
    public void close() {
        readers.close();
    }
}
