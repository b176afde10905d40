package dev.breakwater.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedEventsTest {
    private final SharedEvents events = new SharedEvents();

    private byte[] made(String type, long revision, int size, AtomicInteger times) throws IOException {
        try (SharedEvents.Use use = events.use(type, revision, size, () -> {
            times.incrementAndGet();
            return (type + revision).getBytes(StandardCharsets.UTF_8);
        })) {
            return Objects.requireNonNull(use).bytes();
        }
    }

    @Test
    void eventsThatHangInWritesAreBoundedToo() throws IOException {
        List<SharedEvents.Use> hanging = new ArrayList<>();
        SharedEvents.Use use = events.use("ADDED", 1, SharedEvents.LARGEST, () -> new byte[0]);
        for (int revision = 2; use != null; revision++) {
            hanging.add(use);
            use = events.use("ADDED", revision, SharedEvents.LARGEST, () -> new byte[0]);
        }
        assertThat(events.held()).isEqualTo(SharedEvents.MOST);
        hanging.forEach(SharedEvents.Use::close);
        assertThat(events.held()).isLessThanOrEqualTo(SharedEvents.KEPT);
        assertThat(made("ADDED", 1000, SharedEvents.LARGEST, new AtomicInteger()))
                .isNotEmpty();
    }

    @Test
    void aThousandThatHangInOneEventHoldItOnce() throws IOException {
        List<SharedEvents.Use> hanging = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            hanging.add(Objects.requireNonNull(events.use("ADDED", 1, 76_000, () -> new byte[0])));
        }
        assertThat(events.held()).isEqualTo(76_000);
        hanging.forEach(SharedEvents.Use::close);
    }

    @Test
    void manyWatchersMakeAnEventOnce() throws Exception {
        AtomicInteger times = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(20);
        List<Future<byte[]>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                all.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return made("MODIFIED", 7, 100, times);
                }));
            }
            for (Future<byte[]> each : all) {
                assertThat(each.get()).asString().isEqualTo("MODIFIED7");
            }
        }
        assertThat(times).hasValue(1);
    }

    @Test
    void whatIsHeldIsBounded() throws IOException {
        AtomicInteger times = new AtomicInteger();
        for (int revision = 1; revision <= 5; revision++) {
            made("ADDED", revision, SharedEvents.LARGEST, times);
        }
        assertThat(times).hasValue(5);
        made("ADDED", 5, SharedEvents.LARGEST, times);
        assertThat(times).as("the latest is held").hasValue(5);
        made("ADDED", 1, SharedEvents.LARGEST, times);
        assertThat(times).as("the oldest is not").hasValue(6);
    }

    @Test
    void aFailureIsNotRemembered() throws IOException {
        assertThatThrownBy(() -> events.use("ADDED", 1, 10, () -> {
                    throw new IOException("no database");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no database");
        assertThat(made("ADDED", 1, 10, new AtomicInteger())).asString().isEqualTo("ADDED1");
    }
}
