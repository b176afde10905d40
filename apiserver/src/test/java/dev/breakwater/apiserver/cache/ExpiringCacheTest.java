package dev.breakwater.apiserver.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ExpiringCacheTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final ExpiringCache<String, Integer> cache =
            new ExpiringCache<>(2, 800, (key, value) -> value, Duration.ofSeconds(10), now::get);

    @Test
    void anAnswerIsKeptForItsTimeAndNoLonger() {
        assertThat(cache.get("a", asked::incrementAndGet)).isEqualTo(1);
        now.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        assertThat(cache.get("a", asked::incrementAndGet)).isEqualTo(1);
        now.incrementAndGet();
        assertThat(cache.get("a", asked::incrementAndGet)).isEqualTo(2);
    }

    @Test
    void theLeastRecentlyUsedAnswerGoesFirst() {
        cache.get("a", asked::incrementAndGet);
        cache.get("b", asked::incrementAndGet);
        cache.get("a", asked::incrementAndGet);
        cache.get("c", asked::incrementAndGet);
        assertThat(cache.get("a", asked::incrementAndGet)).isEqualTo(1);
        assertThat(cache.get("b", asked::incrementAndGet)).isEqualTo(4);
    }

    @Test
    void aQuestionThatFailsIsNotKept() {
        assertThatThrownBy(() -> cache.get("a", () -> {
                    throw new IllegalStateException("nobody answers");
                }))
                .hasMessage("nobody answers");
        assertThat(cache.get("a", asked::incrementAndGet)).isEqualTo(1);
    }

    @Test
    void callersAtTheSameTimeShareOneQuestion() throws Exception {
        CountDownLatch all = new CountDownLatch(50);
        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(many.submit(() -> {
                    all.countDown();
                    all.await();
                    return cache.get("a", asked::incrementAndGet);
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(1);
            }
        }
    }

    @Test
    void answersThatTakeTooManyBytesGoTheOldestFirst() {
        ExpiringCache<String, Integer> many =
                new ExpiringCache<>(100, 800, (key, value) -> value, Duration.ofSeconds(10), now::get);
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            many.get("k" + i, () -> 100);
        }
        many.get("k9", asked::incrementAndGet);
        many.get("k2", asked::incrementAndGet);
        assertThat(asked).hasValue(0);
        many.get("k1", asked::incrementAndGet);
        assertThat(asked).hasValue(1);
    }

    @Test
    void anAnswerThatWouldPushOutTheOthersIsNotKept() {
        AtomicInteger asked = new AtomicInteger();
        cache.get("huge", () -> 101 + asked.getAndIncrement());
        cache.get("huge", () -> 101 + asked.getAndIncrement());
        assertThat(asked).hasValue(2);
    }
}
