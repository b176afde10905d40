package dev.breakwater.bench.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MemoryFloorTest {
    @Test
    void aProcessIsEndedBeforeTheMachineHasNoMemoryLeft() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        AtomicLong available = new AtomicLong(100);
        try (MemoryFloor floor = MemoryFloor.under(process.toHandle(), available::get, 100)) {
            assertThat(process.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(floor.ended()).isFalse();
            available.set(99);
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(floor.ended()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void whatTheKernelSaysIsLeftIsRead() {
        assertThat(MemoryFloor.available()).isBetween(1L << 20, 1L << 50);
    }
}
