package dev.breakwater.bench.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeterTest {
    private final ProcessMeter self =
            new ProcessMeter("self", ProcessHandle.current().pid());

    @Test
    void cpuTimeGrowsWithWorkAndAgreesWithTheJvmsOwnCount() {
        double before = self.cpuMillis();
        long end = System.nanoTime() + 60_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }

        assertThat(self.cpuMillis()).isGreaterThan(before);
        double jvm =
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
        assertThat(self.cpuMillis()).isBetween(jvm - 50, jvm + 500);
    }

    @Test
    void thePeakIsAtLeastTheHeapInUse() {
        assertThat(self.peakBytes())
                .isGreaterThan(Runtime.getRuntime().totalMemory()
                        - Runtime.getRuntime().freeMemory());
    }

    @Test
    void diskUseCountsFilesInSubfolders(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        Files.write(folder.resolve("one"), new byte[1000]);
        Files.write(folder.resolve("a/b/two"), new byte[234]);

        assertThat(DiskUse.of(folder)).isEqualTo(1234);
    }

    @Test
    void percentilesAreOfTheNearestRank() {
        Latencies latencies = new Latencies(
                LongStream.rangeClosed(1, 200).map(i -> i * 1_000_000).boxed().toList());

        assertThat(latencies.median()).isEqualTo(100);
        assertThat(latencies.percentile(99)).isEqualTo(198);
        assertThat(latencies.percentile(100)).isEqualTo(200);
        assertThat(new Latencies(List.of(3_000_000L)).percentile(99)).isEqualTo(3);
    }
}
