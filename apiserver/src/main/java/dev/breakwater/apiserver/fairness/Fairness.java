package dev.breakwater.apiserver.fairness;

import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * One budget of concurrent work for each level and class of work, shared in turn by the users of a level (docs/decisions/0080). What is
 * no object (health, discovery, OpenAPI, metrics) never comes here.
 *
 * <p>Threading: safe for any number of threads; waiting blocks the caller, for seconds at most.
 */
public final class Fairness {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final int SECONDS_TO_COME_BACK = 1;
    /** A list takes longer than a get, and so does the line before it. */
    private static final int SECONDS_TO_COME_BACK_WITH_A_LIST = 3;

    private final String controller;
    private final Seats watches;
    private final Map<Level, Map<Work, Seats>> levels = new EnumMap<>(Level.class);

    public Fairness(FairnessSettings settings) {
        controller = settings.controller();
        watches = new Seats(settings.watch());
        for (Level level : Level.values()) {
            Map<Work, Seats> seats = new EnumMap<>(Work.class);
            for (Work work : Work.values()) {
                seats.put(work, work == Work.WATCH ? watches : new Seats(settings.plan(work)));
            }
            levels.put(level, seats);
        }
    }

    /**
     * Waits for the turn of a request.
     *
     * @param patience of the request; it is told to come back after it, or earlier
     * @throws StatusException 429 with Retry-After
     */
    public Seat take(User user, Target.Resource target, Duration patience) {
        return take(user, Work.of(target), patience);
    }

    /** As {@link #take(User, Target.Resource, Duration)}, for work that the request does not show. */
    public Seat take(User user, Work work, Duration patience) {
        try {
            Seat seat = seats(Level.of(user, controller), work).take(flow(user), patience);
            if (seat != null) {
                return seat;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw Statuses.tooManyRequests(
                "Too many requests, please try again later.",
                work == Work.LIST || work == Work.SNAPSHOT ? SECONDS_TO_COME_BACK_WITH_A_LIST : SECONDS_TO_COME_BACK);
    }

    /** Receives the figures of one level and class. */
    @FunctionalInterface
    public interface Figures {
        void of(String level, String work, int running, int waiting, long refused);
    }

    public void report(Figures figures) {
        levels.forEach((level, classes) -> classes.forEach((work, seats) -> {
            if (seats != watches) {
                report(figures, level.word(), work, seats);
            }
        }));
        report(figures, "all", Work.WATCH, watches);
    }

    private static void report(Figures figures, String level, Work work, Seats seats) {
        Seats.Standing standing = seats.standing();
        figures.of(level, work.word(), standing.taken(), standing.waiting(), standing.refused());
    }

    private Seats seats(Level level, Work work) {
        Map<Work, Seats> classes = levels.get(level);
        Seats seats = classes == null ? null : classes.get(work);
        if (seats == null) {
            throw new IllegalStateException("no seats for " + level + " and " + work);
        }
        return seats;
    }

    /** Service accounts of one namespace share a flow: whoever may make one may make a hundred. */
    public static String flow(User user) {
        String name = user.name();
        if (name.startsWith(SERVICE_ACCOUNT)) {
            int end = name.indexOf(':', SERVICE_ACCOUNT.length());
            return end < 0 ? name : name.substring(0, end);
        }
        return name;
    }
}
