package dev.breakwater.bench.workload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final String GROUP = "aquasecurity.github.io";

    private final Workload workload = Workload.generate("bench", 1, 2_000);

    @Test
    void reportsAreSeventyFiveKilobytesOnAverage() {
        assertThat(workload.bytes(GROUP) / 2_000).isBetween(72_000L, 79_000L);
    }

    @Test
    void halfOfTheContentsHaveMoreThanNinetyFindingsAndSomeHaveMoreThanTwoThousand() {
        List<Integer> findings =
                workload.contents().stream().map(Content::findings).sorted().toList();

        assertThat(findings).hasSize(200);
        assertThat(findings.get(99)).isBetween(85, 90);
        assertThat(findings.get(100)).isBetween(90, 95);
        assertThat(findings.getLast()).isGreaterThan(2_000);
    }

    @Test
    void everyContentBelongsToTenReports() {
        for (Content content : workload.contents()) {
            assertThat(workload.reports().stream().filter(report -> report.content() == content))
                    .hasSize(10);
        }
    }

    @Test
    void bodiesCompressAboutTenToOneAsRealReportsDo() throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        long plain = 0;
        try (DeflaterOutputStream deflater =
                new DeflaterOutputStream(compressed, new Deflater(Deflater.BEST_SPEED, true))) {
            for (Report report : workload.reports().subList(0, 200)) {
                byte[] body = report.create(GROUP).bytes();
                plain += body.length;
                deflater.write(body);
            }
        }

        assertThat((double) compressed.size() / plain).isBetween(0.09, 0.13);
    }

    @Test
    void namesAndLabelsAreUniqueWhereTheyShouldBe() {
        Set<String> keys = new HashSet<>();
        workload.reports().forEach(report -> keys.add(report.namespace() + "/" + report.name()));

        assertThat(keys).hasSize(2_000);
        assertThat(workload.picks()).isEqualTo(200);
        assertThat(workload.reports().stream().filter(report -> report.pick().equals("p17")))
                .hasSize(10);
        assertThat(workload.namespaces()).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void bodiesAreValidJsonWhoseSummaryCountsTheFindings() throws IOException {
        for (Report report : workload.reports().subList(0, 20)) {
            JsonNode body = new ObjectMapper().readTree(report.create(GROUP).bytes());

            assertThat(body.at("/metadata/name").textValue()).isEqualTo(report.name());
            assertThat(body.at("/report/vulnerabilities"))
                    .hasSize(report.content().findings());
            int sum = 0;
            for (JsonNode count : body.at("/report/summary")) {
                sum += count.intValue();
            }
            assertThat(sum).isEqualTo(report.content().findings());
        }
    }

    @Test
    void aRescanDiffersInNothingButItsTimestamp() {
        Report report = workload.reports().getFirst();
        byte[] metadata = "{\"name\":\"a\"}".getBytes(UTF_8);

        String first = new String(report.rescan(GROUP, metadata, 1).bytes(), UTF_8);
        String second = new String(report.rescan(GROUP, metadata, 2).bytes(), UTF_8);

        assertThat(first).contains("2026-11-02T").hasSameSizeAs(second);
        assertThat(second).isEqualTo(first.replace("2026-11-02T", "2026-11-03T"));
    }

    @Test
    void oneSeedGivesTheSameBytesAgain() {
        Workload again = Workload.generate("bench", 1, 2_000);

        assertThat(again.reports().get(77).create(GROUP).bytes())
                .isEqualTo(workload.reports().get(77).create(GROUP).bytes());
    }
}
