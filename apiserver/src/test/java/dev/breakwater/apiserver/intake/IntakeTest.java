package dev.breakwater.apiserver.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static KindSchema vulnerabilities;
    private static KindSchema sboms;
    private static KindSchema compliance;

    private final ZlibPool pool = new ZlibPool(2);
    private Intake intake;

    @TempDir
    Path spill;

    @BeforeAll
    static void compileSchemas() {
        KindTable kinds = KindTable.load();
        vulnerabilities = KindSchema.compile(kinds.resource(KindTable.REPORTS, "v1alpha1", "vulnerabilityreports")
                .orElseThrow());
        sboms = KindSchema.compile(
                kinds.resource(KindTable.REPORTS, "v1alpha1", "sbomreports").orElseThrow());
        compliance = KindSchema.compile(kinds.resource(KindTable.REPORTS, "v1alpha1", "clustercompliancereports")
                .orElseThrow());
    }

    @BeforeEach
    void open() {
        intake = intake(64 << 20);
    }

    private Intake intake(long limit) {
        return new Intake(pool, new ByteBudget(24 << 20, Duration.ofMillis(10)), new BulkMemo(100), spill, limit);
    }

    @Test
    void headAndBulkComeApartAndBothAreCanonical() throws Exception {
        Random random = new Random(1);
        for (int round = 0; round < 60; round++) {
            ObjectNode report = SampleReports.vulnerabilityReport("shop", "web", random.nextInt(5), random);
            ((ObjectNode) report.get("report")).set("extra", SampleReports.anything(random, 4));
            report.withArray("/report/vulnerabilities").add(SampleReports.anything(random, 5));
            byte[] body = MAPPER.writeValueAsBytes(SampleReports.shuffled(report, random));
            try (Incoming incoming = intake.read(vulnerabilities, body)) {
                JsonNode bulk = report.at("/report/vulnerabilities");
                assertThat(plain(bulk(incoming))).isEqualTo(text(CanonicalJson.bytes(bulk)));
                ObjectNode rest = report.deepCopy();
                ((ObjectNode) rest.get("report")).remove("vulnerabilities");
                assertThat(text(CanonicalJson.bytes(incoming.head()))).isEqualTo(text(CanonicalJson.bytes(rest)));
                assertThat(bulk(incoming).sha256())
                        .isEqualTo(MessageDigest.getInstance("SHA-256").digest(CanonicalJson.bytes(bulk)));
            }
        }
    }

    @Test
    void equalContentHasEqualBytesWhateverTheOrderAndSpaceOfTheBody() throws Exception {
        Random random = new Random(2);
        ObjectNode report = SampleReports.sbomReport("shop", "web", 20, random);
        byte[] expected = null;
        for (int round = 0; round < 20; round++) {
            JsonNode shuffled = SampleReports.shuffled(report, random);
            byte[] body = round % 2 == 0
                    ? MAPPER.writeValueAsBytes(shuffled)
                    : MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(shuffled);
            try (Incoming incoming = intake.read(sboms, body)) {
                expected = expected == null ? bulk(incoming).sha256() : expected;
                assertThat(bulk(incoming).sha256()).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, 1 << 20})
    void aLongBodyIsReadAsAStreamAndComesToTheSame(int portion) throws Exception {
        Random random = new Random(3);
        ObjectNode report = SampleReports.vulnerabilityReport("shop", "web", 2500, random);
        byte[] body = MAPPER.writeValueAsBytes(report);
        assertThat(body.length).isGreaterThan(JsonWindow.WHOLE);
        try (Incoming incoming = intake.read(vulnerabilities, slow(body, portion), body.length)) {
            assertThat(plain(bulk(incoming)))
                    .isEqualTo(text(CanonicalJson.bytes(report.at("/report/vulnerabilities"))));
            assertThat(incoming.findings().errors()).isEmpty();
        }
    }

    @Test
    void aLongObjectIsPutInOrderMemberByMember() throws Exception {
        Random random = new Random(4);
        ObjectNode report = SampleReports.sbomReport("shop", "web", 9000, random);
        byte[] body = MAPPER.writeValueAsBytes(report);
        assertThat(body.length).isGreaterThan(JsonWindow.WHOLE);
        try (Incoming incoming = intake.read(sboms, new ByteArrayInputStream(body), -1)) {
            assertThat(plain(bulk(incoming))).isEqualTo(text(CanonicalJson.bytes(report.at("/report/components"))));
            assertThat(incoming.findings().errors()).isEmpty();
            assertThat(incoming.findings().strict()).isEmpty();
        }
    }

    @Test
    void aRepeatedBulkIsRememberedWithItsFindings() throws Exception {
        ObjectNode report = SampleReports.vulnerabilityReport("shop", "web", 3, new Random(5));
        ((ObjectNode) report.at("/report/vulnerabilities/1"))
                .put("severity", "BAD")
                .put("other", 1);
        for (String name : new String[] {"web", "another"}) {
            ((ObjectNode) report.get("metadata")).put("name", name);
            try (Incoming incoming = intake.read(vulnerabilities, MAPPER.writeValueAsBytes(report))) {
                assertThat(plain(bulk(incoming)))
                        .isEqualTo(text(CanonicalJson.bytes(report.at("/report/vulnerabilities"))));
                assertThat(incoming.findings().errors()).hasSize(1);
                assertThat(incoming.findings().strict())
                        .containsExactly("unknown field \"report.vulnerabilities[1].other\"");
            }
        }
    }

    @Test
    void everyCutOfABodyIsMalformedAndNothingElse() throws Exception {
        byte[] body = MAPPER.writeValueAsBytes(SampleReports.vulnerabilityReport("shop", "web", 1, new Random(6)));
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> intake.read(vulnerabilities, cut)).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void noChangedByteBreaksTheReader() throws Exception {
        Random random = new Random(7);
        byte[] body = MAPPER.writeValueAsBytes(SampleReports.sbomReport("shop", "web", 2, random));
        for (int round = 0; round < 5000; round++) {
            byte[] changed = body.clone();
            changed[random.nextInt(body.length)] = (byte) random.nextInt(256);
            try (Incoming incoming = intake.read(sboms, changed)) {
                if (incoming.bulk() != null) {
                    MAPPER.readTree(plain(bulk(incoming)));
                }
            } catch (MalformedException expected) {
                assertThat(expected).hasMessageNotContaining("Exception");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | expected an object",
                "'' | unexpected end of JSON input",
                "{} x | expected end of body",
                "{'a':01} | invalid character",
                "{'a':+1} | invalid character",
                "{'a':1.} | invalid character",
                "{'a':nul} | invalid character",
                "{'a':1,} | expected a key",
                "{a:1} | expected a key",
                "{'a':'\\x'} | in string escape code",
                "{'a':1e999} | 1e999",
                "{'a':[1}} | expected ','",
            })
    void brokenJsonIsRefusedInWords(String body, String words) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() ->
                        intake.read(vulnerabilities, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining(words);
    }

    @Test
    void nestingWithoutEndIsRefused() {
        byte[] body = ("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> intake.read(vulnerabilities, body)).hasMessageContaining("max depth");
    }

    /** Texts as kube-apiserver 1.34 gave them for the same schema. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/report/vulnerabilities/0/severity | \"BAD\" | report.vulnerabilities[0].severity | Unsupported value: \"BAD\": supported values: \"CRITICAL\", \"HIGH\", \"MEDIUM\", \"LOW\", \"UNKNOWN\"",
                "/report/vulnerabilities/0/severity | null | report.vulnerabilities[0].severity | Invalid value: \"null\": report.vulnerabilities[0].severity in body must be of type string: \"null\"",
                "/report/summary/highCount | -1 | report.summary.highCount | Invalid value: -1: report.summary.highCount in body should be greater than or equal to 0",
                "/report/summary/highCount | \"x\" | report.summary.highCount | Invalid value: \"string\": report.summary.highCount in body must be of type integer: \"string\"",
                "/report/summary/highCount | 1.5 | report.summary.highCount | Invalid value: \"number\": report.summary.highCount in body must be of type integer: \"number\"",
                "/report/vulnerabilities | {} | report.vulnerabilities | Invalid value: \"object\": report.vulnerabilities in body must be of type array: \"object\"",
                "/report/updateTimestamp | \"gestern\" | report.updateTimestamp | Invalid value: \"gestern\": report.updateTimestamp in body must be of type date-time: \"gestern\"",
                "/report | 7 | report | Invalid value: \"integer\": report in body must be of type object: \"integer\"",
            })
    void violationsNameFieldAndReason(String pointer, String value, String field, String message) throws Exception {
        ObjectNode report = SampleReports.vulnerabilityReport("shop", "web", 1, new Random(8));
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) report.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), MAPPER.readTree(value));
        try (Incoming incoming = intake.read(vulnerabilities, MAPPER.writeValueAsBytes(report))) {
            assertThat(incoming.findings().errors()).hasSize(1);
            assertThat(incoming.findings().errors().getFirst().field()).isEqualTo(field);
            assertThat(incoming.findings().errors().getFirst().message()).isEqualTo(message);
        }
    }

    @Test
    void missingFieldsAreRequired() throws Exception {
        String body = "{\"report\":{\"vulnerabilities\":[{\"severity\":\"LOW\"}],\"os\":{\"family\":\"x\"}}}";
        try (Incoming incoming = intake.read(vulnerabilities, body.getBytes(StandardCharsets.UTF_8))) {
            assertThat(incoming.findings().errors())
                    .extracting(error -> error.reason() + " " + error.field())
                    .contains("FieldValueRequired report.summary", "FieldValueRequired report.vulnerabilities[0].title")
                    .doesNotContain("FieldValueRequired report.vulnerabilities");
        }
    }

    @Test
    void anAbsentBulkIsMissedUnlessItStaysInTheStore() throws Exception {
        ObjectNode report = SampleReports.vulnerabilityReport("shop", "web", 0, new Random(9));
        ((ObjectNode) report.get("report")).remove("vulnerabilities");
        byte[] body = MAPPER.writeValueAsBytes(report);
        try (Incoming incoming = intake.read(vulnerabilities, body)) {
            assertThat(incoming.findings().errors()).extracting("field").containsExactly("report.vulnerabilities");
        }
        ByteBuilder text = new ByteBuilder(body.length).append(body);
        try (ByteBudget.Share share = intake.open();
                Incoming incoming = intake.readHead(vulnerabilities, text, share)) {
            assertThat(incoming.findings().errors()).isEmpty();
        }
    }

    @Test
    void unknownAndDuplicateFieldsAreToldAndUnknownOnesKept() throws Exception {
        String body = """
                {"metadata":{"name":"a","name":"b","nonsense":1},"open":1,
                 "report":{"vulnerabilities":[],"new":{"a":1,"a":2},"vulnerabilities":[{"x":1}]}}""";
        try (Incoming incoming = intake.read(vulnerabilities, body.getBytes(StandardCharsets.UTF_8))) {
            assertThat(incoming.findings().strict())
                    .containsExactlyInAnyOrder(
                            "unknown field \"metadata.nonsense\"",
                            "unknown field \"report.new\"",
                            "unknown field \"report.vulnerabilities[0].x\"",
                            "duplicate field \"metadata.name\"",
                            "duplicate field \"report.new.a\"",
                            "duplicate field \"report.vulnerabilities\"");
            assertThat(incoming.head().at("/report/new/a").intValue()).isEqualTo(2);
            assertThat(incoming.head().at("/metadata/name").textValue()).isEqualTo("b");
            assertThat(plain(bulk(incoming))).isEqualTo("[{\"x\":1}]");
        }
    }

    @Test
    void theBulkOfAComplianceReportIsInItsStatus() throws Exception {
        String body = "{\"spec\":{\"cron\":\"x\"},\"status\":{\"detailReport\":{\"z\":1,\"a\":[2]},\"summary\":{}}}";
        try (Incoming incoming = intake.read(compliance, body.getBytes(StandardCharsets.UTF_8))) {
            assertThat(plain(bulk(incoming))).isEqualTo("{\"a\":[2],\"z\":1}");
            assertThat(incoming.head().toString()).isEqualTo("{\"spec\":{\"cron\":\"x\"},\"status\":{\"summary\":{}}}");
        }
    }

    @Test
    void aBodyBeyondTheLimitIs413() throws Exception {
        byte[] body = MAPPER.writeValueAsBytes(SampleReports.vulnerabilityReport("shop", "web", 40, new Random(1)));
        for (long declared : new long[] {body.length, -1}) {
            assertThatExceptionOfType(StatusException.class)
                    .isThrownBy(() -> intake(10_000).read(vulnerabilities, new ByteArrayInputStream(body), declared))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(413))
                    .satisfies(e -> assertThat(e.text()).isEqualTo("Request entity too large: limit is 10000"));
        }
    }

    @Test
    void beyondTheBudgetIs429AndTheBudgetComesBack() throws Exception {
        ByteBudget budget = new ByteBudget(2400 << 10, Duration.ofMillis(5));
        Intake small = new Intake(pool, budget, new BulkMemo(10), spill, 64 << 20);
        byte[] body = MAPPER.writeValueAsBytes(SampleReports.vulnerabilityReport("shop", "web", 800, new Random(1)));
        assertThat(body.length).isBetween(350_000, JsonWindow.WHOLE);
        List<Incoming> open = new ArrayList<>();
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> {
                    for (int i = 0; i < 10; i++) {
                        open.add(small.read(vulnerabilities, new ByteArrayInputStream(body), body.length));
                    }
                })
                .satisfies(e -> assertThat(e.code()).isEqualTo(429));
        assertThat(open).isNotEmpty();
        for (Incoming one : open) {
            one.close();
        }
        small.read(vulnerabilities, new ByteArrayInputStream(body), body.length).close();
    }

    private static Bulk.Provided bulk(Incoming incoming) {
        return Objects.requireNonNull(incoming.bulk());
    }

    private String plain(Bulk.Provided bulk) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (SegmentInflater inflater = new SegmentInflater(pool);
                Bulk.Chunks chunks = bulk.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                inflater.feed(chunk, plain);
            }
            inflater.verify(bulk.crc(), bulk.length());
        }
        return plain.toString(StandardCharsets.UTF_8);
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static InputStream slow(byte[] body, int portion) {
        return new FilterInputStream(new ByteArrayInputStream(body)) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return super.read(into, offset, Math.min(length, portion));
            }
        };
    }
}
