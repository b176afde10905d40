package dev.breakwater.apiserver.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StepsTest {
    private final Queue<Runnable> submitted = new ArrayDeque<>();

    @Test
    void whoIsWokenDuringAStepIsSteppedAgain() {
        AtomicInteger count = new AtomicInteger();
        AtomicReference<Steps> itself = new AtomicReference<>();
        Steps steps = new Steps(submitted::add, () -> {
            if (count.incrementAndGet() == 1) {
                // As often as it likes: one step sees all of it.
                itself.get().wake();
                itself.get().wake();
            }
            return true;
        });
        itself.set(steps);
        steps.run();
        assertThat(count).hasValue(2);
        assertThat(submitted).as("no second thread while one is at work").isEmpty();
    }

    @Test
    void anIdleOneIsWokenOnceHoweverManyWakeIt() {
        AtomicInteger count = new AtomicInteger();
        Steps steps = new Steps(submitted::add, () -> {
            count.incrementAndGet();
            return true;
        });
        steps.run();
        steps.wake();
        steps.wake();
        assertThat(submitted).hasSize(1);
        submitted.remove().run();
        // The second wake came before the step had begun.
        assertThat(count.get()).isBetween(2, 3);
        steps.wake();
        assertThat(submitted).hasSize(1);
    }

    @Test
    void whatHasEndedIsNeverSteppedAgain() {
        AtomicInteger count = new AtomicInteger();
        AtomicReference<Steps> itself = new AtomicReference<>();
        Steps steps = new Steps(submitted::add, () -> {
            count.incrementAndGet();
            itself.get().wake();
            return false;
        });
        itself.set(steps);
        steps.run();
        steps.wake();
        assertThat(count).hasValue(1);
        assertThat(submitted).isEmpty();
    }

    @Test
    void noWakeIsLostAndNoTwoStepsMeet() {
        StepThreads threads = new StepThreads(8);
        AtomicInteger wanted = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger met = new AtomicInteger();
        Steps steps = new Steps(threads, () -> {
            if (inside.incrementAndGet() != 1) {
                met.incrementAndGet();
            }
            seen.set(wanted.get());
            inside.decrementAndGet();
            return true;
        });
        steps.run();
        List<Thread> wakers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            wakers.add(Thread.ofPlatform().start(() -> {
                for (int n = 0; n < 10_000; n++) {
                    wanted.incrementAndGet();
                    steps.wake();
                }
            }));
        }
        Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> seen.get() == 40_000);
        assertThat(met).hasValue(0);
        Awaitility.await().until(() -> threads.running() == 0);
        assertThat(wakers).hasSize(4);
    }

    @Test
    void moreStepsThanThreadsWaitAndAllAreDone() throws InterruptedException {
        StepThreads threads = new StepThreads(2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            threads.execute(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                done.countDown();
            });
        }
        assertThat(threads.running()).isEqualTo(2);
        release.countDown();
        assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().until(() -> threads.running() == 0);
    }
}
