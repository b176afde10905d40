package dev.breakwater.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.meter.CpuTimes;
import dev.breakwater.bench.meter.Latencies;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalTest {
    private static final int REPORTS = 2_000;

    @Test
    void aCreateMustBeTwelveTimesAsFastARescanTenAndCostATwentiethOfTheCpu() {
        Measured crds = measured(100, 3, 40);

        assertThat(Goal.of(Row.CREATE, crds, measured(100, 0.24, 2)).met()).isTrue();
        assertThat(Goal.of(Row.CREATE, crds, measured(100, 0.26, 2)).met()).isFalse();
        assertThat(Goal.of(Row.RESCAN, crds, measured(100, 0.29, 2)).met()).isTrue();
        assertThat(Goal.of(Row.RESCAN, crds, measured(100, 0.29, 2.1)).met()).isFalse();
        assertThat(Goal.of(Row.CREATE, crds, measured(100, 0.24, 2)).ratio()).isEqualTo("12.5x, 1/20");
    }

    @Test
    void aColdServerMustCreateEightTimesAsFastWhateverItCosts() {
        Measured crds = measured(100, 1.6, 40);

        assertThat(Goal.cold(Row.CREATE, crds, measured(100, 0.19, 10)).met()).isTrue();
        assertThat(Goal.cold(Row.CREATE, crds, measured(100, 0.21, 10)).met()).isFalse();
        assertThat(Goal.cold(Row.CREATE, crds, measured(100, 0.2, 10)).ratio()).isEqualTo("8.0x");
        assertThat(Goal.cold(Row.TABLE, crds, measured(100, 0.8, 10)).text()).isEmpty();
    }

    @Test
    void aFullListMustBeThirtyTimesFasterAndBeginAtOnce() {
        Measured crds = measured(5, 15, 100);

        assertThat(Goal.of(Row.PAGES, crds, measured(5, 0.5, 1)).met()).isTrue();
        assertThat(Goal.of(Row.PAGES, crds, measured(5, 0.51, 1)).met()).isFalse();
        assertThat(Goal.of(Row.LIST, crds, measured(5, 0.5, 1)).met())
                .as("first byte after 100 ms")
                .isFalse();
    }

    @Test
    void memoryAndDiskAreJudgedByTheirOwnMeasure() {
        assertThat(Goal.memory(5_000L << 20, 255L << 20).met()).isTrue();
        assertThat(Goal.memory(5_000L << 20, 256L << 20).met()).isFalse();
        assertThat(Goal.disk(2_000, 100).met()).isTrue();
        assertThat(Goal.disk(2_000, 101).met()).isFalse();
    }

    @Test
    void theTableHasALineForEveryRowThatBothSidesMeasured() {
        Map<Row, Measured> rows = new EnumMap<>(Row.class);
        for (Row row : Row.values()) {
            rows.put(row, measured(100, 2, 40));
        }
        Outcome crds = new Outcome("CRDs", rows, Map.of("etcd", 1L << 30, "kube-apiserver", 1L << 30), 1L << 30);
        Outcome ours = new Outcome("Ours", rows, Map.of("breakwater", 1L << 27), 1L << 20);

        String table = new Markdown(REPORTS).compare(crds, ours, crds, ours);

        assertThat(table.lines()).hasSize(2 + Row.values().length + 2);
        assertThat(table)
                .contains("| create 2,000 | 50.0/s, p99 20.0 ms, 40.0 ms of CPU each |")
                .contains("| 1.0x, 1/1 | 12x the rate, 1/20 of the CPU | **no** | 1.0x (goal 8x: **no**) |")
                .contains("| disk | 1,024 MiB | 1 MiB | 1/1024.0 | 1/20 | yes |  |");
    }

    private static Measured measured(int operations, double seconds, double cpuMillisEach) {
        Latencies latencies = new Latencies(Collections.nCopies(operations, (long) (seconds * 1e9 / operations)));
        return new Measured(
                operations,
                seconds,
                latencies,
                latencies,
                1_000_000,
                new CpuTimes(Map.of("server", cpuMillisEach * operations)));
    }
}
