package dev.breakwater.bench.compliance;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.breakwater.controller.compliance.AuditKind;
import dev.breakwater.controller.compliance.AuditReport;
import dev.breakwater.controller.compliance.ReportPage;
import dev.breakwater.controller.compliance.ReportStream;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Audit reports as the API sends them, pages of JSON, generated once into a folder: reading them costs what reading answers costs, without the network.
 */
final class GeneratedReports implements ReportStream {
    private static final int PER_PAGE = 100;
    private static final JsonFactory JSON = new JsonFactory();
    private static final String HASH = "7d8f6c9b5";

    private final Path folder;
    private final List<String> checks;
    private final Random random;
    private long bytes;
    private long entries;

    /** @param checks ids as reports spell them */
    GeneratedReports(Path folder, List<String> checks, long seed) {
        this.folder = folder;
        this.checks = checks;
        this.random = new Random(seed);
    }

    /** The size of what was written. */
    long bytes() {
        return bytes;
    }

    long entries() {
        return entries;
    }

    /** @param perReport entries of a report on average */
    void write(int reports, int perReport) throws IOException {
        int roles = reports / 5;
        int infrastructure = Math.min(50, reports / 10);
        write(AuditKind.CONFIG, "ReplicaSet", reports - roles - infrastructure, perReport);
        write(AuditKind.RBAC, "Role", roles / 2, perReport / 4 + 1);
        write(AuditKind.CLUSTER_RBAC, "ClusterRole", roles - roles / 2, perReport / 4 + 1);
        write(AuditKind.INFRA, "Pod", infrastructure / 2, perReport);
        write(AuditKind.CLUSTER_INFRA, "Node", infrastructure - infrastructure / 2, perReport);
    }

    @Override
    public void read(AuditKind kind, Predicate<String> wanted, Consumer<AuditReport> each) throws IOException {
        for (int page = 0; Files.exists(file(kind, page)); page++) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file(kind, page)), 16 * 1024)) {
                ReportPage.parse(in, kind, wanted).reports().forEach(each);
            }
        }
    }

    private void write(AuditKind kind, String objectKind, int count, int perReport) throws IOException {
        for (int first = 0, page = 0; first < count; first += PER_PAGE, page++) {
            Path file = file(kind, page);
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
                    JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
                json.writeStartObject();
                json.writeStringField("kind", kind.kind() + "List");
                json.writeObjectFieldStart("metadata");
                json.writeStringField("resourceVersion", "1");
                json.writeEndObject();
                json.writeArrayFieldStart("items");
                for (int i = first; i < Math.min(count, first + PER_PAGE); i++) {
                    writeReport(json, kind, objectKind, i, perReport);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            bytes += Files.size(file);
        }
    }

    private void writeReport(JsonGenerator json, AuditKind kind, String objectKind, int number, int perReport)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", kind.kind());
        json.writeObjectFieldStart("metadata");
        json.writeObjectFieldStart("labels");
        json.writeStringField("plugin-config-hash", HASH);
        json.writeStringField("trivy-operator.resource.kind", objectKind);
        json.writeEndObject();
        json.writeStringField("name", "object-" + number);
        json.writeStringField("namespace", "team-" + number % 40);
        json.writeEndObject();
        json.writeObjectFieldStart("report");
        json.writeArrayFieldStart("checks");
        int findings = perReport / 2 + random.nextInt(perReport + 1);
        for (int i = 0; i < findings; i++) {
            writeEntry(json, checks.get(random.nextInt(checks.size())), number);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        entries += findings;
    }

    private void writeEntry(JsonGenerator json, String check, int number) throws IOException {
        json.writeStartObject();
        json.writeStringField("category", "Kubernetes Security Check");
        json.writeStringField("checkID", check);
        json.writeStringField("description", text(160));
        json.writeArrayFieldStart("messages");
        json.writeString("Container app of ReplicaSet object-" + number + " " + text(60));
        json.writeEndArray();
        json.writeStringField("remediation", text(120));
        json.writeStringField("severity", "HIGH");
        json.writeBooleanField("success", random.nextInt(10) == 0);
        json.writeStringField("title", text(40));
        json.writeEndObject();
    }

    private String text(int about) {
        StringBuilder text = new StringBuilder();
        int length = about / 2 + random.nextInt(about);
        while (text.length() < length) {
            text.append((char) ('a' + random.nextInt(26)));
            if (random.nextInt(6) == 0) {
                text.append(' ');
            }
        }
        return text.toString();
    }

    private Path file(AuditKind kind, int page) {
        return folder.resolve(kind.plural() + "-" + page + ".json");
    }
}
