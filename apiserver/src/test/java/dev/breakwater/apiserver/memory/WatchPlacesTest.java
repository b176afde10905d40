package dev.breakwater.apiserver.memory;

import static dev.breakwater.apiserver.memory.WatchPlaces.HEAP_OF_A_WATCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.status.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchPlacesTest {
    private static final Duration SOON = Duration.ofMillis(20);

    private final Room room = new Room(100 * HEAP_OF_A_WATCH);
    private final WatchPlaces places = new WatchPlaces(room);

    @Test
    void thereAreAsManyAsFitBesideWhatOthersHold() {
        assertThat(places.most()).isEqualTo(100);
        room.takeAnyway(40 * HEAP_OF_A_WATCH);
        for (int i = 0; i < 60; i++) {
            places.open("a");
        }
        assertThatThrownBy(() -> places.open("b")).isInstanceOf(StatusException.class);
        room.give(40 * HEAP_OF_A_WATCH);
        places.open("b");
    }

    @Test
    void theYoungestOfWhoeverHasTheMostGiveWay() throws Exception {
        List<String> ended = open("modest", 20);
        List<String> endedOfGreedy = open("greedy", 80);
        assertThat(room.take(10 * HEAP_OF_A_WATCH, SOON)).isTrue();
        assertThat(ended).isEmpty();
        assertThat(endedOfGreedy)
                .containsExactly(
                        "greedy-79",
                        "greedy-78",
                        "greedy-77",
                        "greedy-76",
                        "greedy-75",
                        "greedy-74",
                        "greedy-73",
                        "greedy-72",
                        "greedy-71",
                        "greedy-70");
    }

    @Test
    void aNewcomerFindsAPlaceWhereAnotherHasThemAll() {
        List<String> ended = open("greedy", 100);
        places.open("newcomer");
        assertThat(ended).containsExactly("greedy-99");
    }

    @Test
    void nobodyIsToldTwiceWhileTheFirstAreLeaving() throws Exception {
        AtomicInteger told = new AtomicInteger();
        List<WatchPlaces.Place> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            WatchPlaces.Place place = places.open("a");
            slow.add(place);
            place.whenUnwanted(told::incrementAndGet);
        }
        assertThat(room.take(3 * HEAP_OF_A_WATCH, SOON)).isFalse();
        assertThat(room.take(3 * HEAP_OF_A_WATCH, SOON)).isFalse();
        assertThat(told).hasValue(3);
        slow.forEach(WatchPlaces.Place::close);
        assertThat(room.held()).isZero();
    }

    @Test
    void aPlaceThatIsUnwantedBeforeItsWatchBeganEndsItAtOnce() throws Exception {
        for (int i = 0; i < 99; i++) {
            places.open("a");
        }
        WatchPlaces.Place youngest = places.open("a");
        assertThat(room.take(HEAP_OF_A_WATCH, SOON)).isFalse();
        AtomicBoolean ended = new AtomicBoolean();
        youngest.whenUnwanted(() -> ended.set(true));
        assertThat(ended).isTrue();
    }

    @Test
    void aBodyIsReadWhereWatchesHaveEverything() {
        List<String> ended = open("a", 100);
        ByteBudget budget = new ByteBudget(60 * (int) HEAP_OF_A_WATCH, SOON, room);
        try (ByteBudget.Share share = budget.open()) {
            share.take(20 * HEAP_OF_A_WATCH);
            assertThat(ended).hasSizeBetween(20, 26);
        }
        assertThat(room.held()).isEqualTo((100 - ended.size()) * HEAP_OF_A_WATCH);
    }

    @Test
    void whatTheRoomDoesNotGiveIsGivenBackToTheBudget() {
        room.takeAnyway(100 * HEAP_OF_A_WATCH);
        ByteBudget budget = new ByteBudget(60 * (int) HEAP_OF_A_WATCH, SOON, room);
        for (int i = 0; i < 5; i++) {
            try (ByteBudget.Share share = budget.open()) {
                assertThatThrownBy(() -> share.take(10 * HEAP_OF_A_WATCH)).isInstanceOf(StatusException.class);
            }
        }
        room.give(100 * HEAP_OF_A_WATCH);
        assertThat(room.held()).isZero();
        try (ByteBudget.Share share = budget.open()) {
            share.take(30 * HEAP_OF_A_WATCH);
        }
        assertThat(room.held()).isZero();
    }

    @Test
    void nothingIsLostWhereManyTakeAndGive() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String user = "user-" + i % 7;
                boolean watch = i % 2 == 0;
                all.add(threads.submit(() -> {
                    begin.await();
                    for (int turn = 0; turn < 500; turn++) {
                        if (watch) {
                            openOrBeRefused(user);
                        } else if (room.take(9 * HEAP_OF_A_WATCH, Duration.ofSeconds(20))) {
                            assertThat(room.held()).isLessThanOrEqualTo(100 * HEAP_OF_A_WATCH);
                            room.give(9 * HEAP_OF_A_WATCH);
                        }
                    }
                    return null;
                }));
            }
            begin.countDown();
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertThat(room.take(100 * HEAP_OF_A_WATCH, SOON)).isTrue();
    }

    private void openOrBeRefused(String user) {
        try {
            WatchPlaces.Place place = places.open(user);
            place.whenUnwanted(place::close);
        } catch (StatusException e) {
            assertThat(e).hasMessageContaining("Too many requests");
        }
    }

    /** Each watch ends as soon as it is told to; what is returned are their names in that order. */
    private List<String> open(String user, int count) {
        List<String> ended = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = user + "-" + i;
            WatchPlaces.Place place = places.open(user);
            place.whenUnwanted(() -> {
                ended.add(name);
                place.close();
            });
        }
        return ended;
    }
}
