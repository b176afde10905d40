package dev.breakwater.apiserver.fairness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SeatsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final BlockingQueue<String> seated = new LinkedBlockingQueue<>();

    @Test
    void anotherUserIsServedNextWhileOneHasTwoHundredWaiting() throws Exception {
        Seats seats = new Seats(new SeatPlan(1, 1, 200, 400, LONG));
        Seat first = taken(seats.take("greedy", LONG));
        for (int i = 0; i < 200; i++) {
            later(seats, "greedy");
        }
        awaitWaiting(seats, 200);
        later(seats, "modest");
        awaitWaiting(seats, 201);
        first.close();
        // One of the greedy user's has waited for longest, but that user has just been served.
        assertThat(seated.take()).isEqualTo("modest");
        assertThat(seats.standing().taken()).isEqualTo(1);
    }

    @Test
    void oneUserNeverHasMoreThanItsSeats() throws Exception {
        Seats seats = new Seats(new SeatPlan(3, 2, 10, 10, LONG));
        taken(seats.take("greedy", LONG));
        taken(seats.take("greedy", LONG));
        later(seats, "greedy");
        awaitWaiting(seats, 1);
        taken(seats.take("modest", LONG));
        assertThat(seats.standing().taken()).isEqualTo(3);
        assertThat(seats.standing().waiting()).isEqualTo(1);
    }

    @Test
    void aFreeSeatGoesToWhoeverHasTheFewest() throws Exception {
        Seats seats = new Seats(new SeatPlan(3, 3, 10, 10, LONG));
        Seat one = taken(seats.take("a", LONG));
        Seat two = taken(seats.take("a", LONG));
        Seat three = taken(seats.take("b", LONG));
        later(seats, "a");
        awaitWaiting(seats, 1);
        later(seats, "b");
        awaitWaiting(seats, 2);
        one.close();
        List<String> order = new ArrayList<>(List.of(seated.take()));
        two.close();
        order.add(seated.take());
        assertThat(order).containsExactlyInAnyOrder("a", "b");
        three.close();
        assertThat(seats.standing().waiting()).isZero();
    }

    @Test
    void theWaitEndsInTimeWithoutASeat() throws Exception {
        Seats seats = new Seats(new SeatPlan(1, 1, 10, 10, Duration.ofMillis(50)));
        taken(seats.take("a", LONG));
        assertThat(seats.take("b", LONG)).isNull();
        assertThat(seats.standing()).isEqualTo(new Seats.Standing(1, 0, 1));
    }

    @Test
    void aRequestWithLessTimeWaitsLess() throws Exception {
        Seats seats = new Seats(new SeatPlan(1, 1, 10, 10, LONG));
        taken(seats.take("a", LONG));
        assertThat(seats.take("b", Duration.ofMillis(20))).isNull();
    }

    @Test
    void moreThanMayWaitAreRefusedAtOnceAndOthersMayStillWait() throws Exception {
        Seats seats = new Seats(new SeatPlan(1, 1, 2, 3, LONG));
        taken(seats.take("a", LONG));
        later(seats, "a");
        later(seats, "a");
        awaitWaiting(seats, 2);
        assertThat(seats.take("a", LONG)).isNull();
        later(seats, "b");
        awaitWaiting(seats, 3);
        assertThat(seats.take("c", LONG)).isNull();
        assertThat(seats.standing().refused()).isEqualTo(2);
    }

    @Test
    void aSeatThatIsGivenBackTwiceIsFreeOnce() throws Exception {
        Seats seats = new Seats(new SeatPlan(2, 2, 0, 0, LONG));
        Seat one = taken(seats.take("a", LONG));
        taken(seats.take("a", LONG));
        one.close();
        one.close();
        taken(seats.take("a", LONG));
        assertThat(seats.take("a", LONG)).isNull();
    }

    @Test
    void anInterruptedOneLeavesTheLine() throws Exception {
        Seats seats = new Seats(new SeatPlan(1, 1, 10, 10, LONG));
        Seat one = taken(seats.take("a", LONG));
        Thread waiting = later(seats, "b");
        awaitWaiting(seats, 1);
        waiting.interrupt();
        awaitWaiting(seats, 0);
        one.close();
        assertThat(seats.standing().taken()).isZero();
    }

    private Thread later(Seats seats, String flow) {
        return Thread.ofVirtual().start(() -> {
            try {
                if (seats.take(flow, LONG) != null) {
                    seated.add(flow);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void awaitWaiting(Seats seats, int count) {
        Awaitility.await().until(() -> seats.standing().waiting() == count);
    }

    private static Seat taken(@Nullable Seat seat) {
        assertThat(seat).isNotNull();
        return Objects.requireNonNull(seat);
    }
}
