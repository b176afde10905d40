package dev.breakwater.apiserver.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final AtomicLong now = new AtomicLong();
    private final Turns turns = new Turns(2, Duration.ofMillis(5), now::get);

    @Test
    void fewWorkAtOnceHoweverManyWant() throws Exception {
        AtomicInteger atWork = new AtomicInteger();
        AtomicInteger mostAtWork = new AtomicInteger();
        CountDownLatch ended = new CountDownLatch(50);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> {
                    for (int piece = 0; piece < 20; piece++) {
                        try (Turns.Turn turn = turns.take()) {
                            mostAtWork.accumulateAndGet(atWork.incrementAndGet(), Math::max);
                            Thread.yield();
                            atWork.decrementAndGet();
                        }
                    }
                    ended.countDown();
                });
            }
        }
        assertThat(ended.getCount()).isZero();
        assertThat(mostAtWork.get()).isBetween(1, 2);
        assertThat(turns.running()).isZero();
    }

    @Test
    void aTurnThatLastsTooLongIsGivenToTheNext() throws Exception {
        turns.take();
        turns.take();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Turns.Turn> next = threads.submit(turns::take);
            await().until(() -> turns.waiting() == 1);
            assertThat(next.isDone()).isFalse();
            now.addAndGet(Duration.ofMillis(6).toNanos());
            next.get().close();
        }
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void whoIsInterruptedGoesOnAndLosesNobodysPlace() throws Exception {
        Turns.Turn first = turns.take();
        turns.take();
        Thread interrupted = Thread.ofVirtual().start(() -> turns.take().close());
        await().until(() -> turns.waiting() == 1);
        interrupted.interrupt();
        interrupted.join();
        assertThat(turns.waiting()).isZero();
        first.close();
        turns.take().close();
    }
}
