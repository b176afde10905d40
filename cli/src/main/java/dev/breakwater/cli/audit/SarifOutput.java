package dev.breakwater.cli.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.Severity;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** SARIF 2.1.0 (OASIS), for code scanning: all checks as rules, each finding as a result at the line where its object begins. */
final class SarifOutput implements AuditOutput {
    private final JsonGenerator json;
    private final List<CheckDefinition> checks;
    private final String version;
    private final List<Unread> unread = new ArrayList<>();
    private final Map<String, Integer> ruleIndex = new HashMap<>();

    SarifOutput(Writer out, List<CheckDefinition> checks, String version) throws IOException {
        this.json = new JsonFactory().createGenerator(out).useDefaultPrettyPrinter();
        this.checks = checks;
        this.version = version;
    }

    @Override
    public void begin() throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.writeStringField("version", "2.1.0");
        json.writeArrayFieldStart("runs");
        json.writeStartObject();
        json.writeObjectFieldStart("tool");
        json.writeObjectFieldStart("driver");
        json.writeStringField("name", "Breakwater");
        json.writeStringField("version", version);
        json.writeArrayFieldStart("rules");
        for (CheckDefinition check : checks) {
            ruleIndex.put(check.id(), ruleIndex.size());
            rule(check);
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
        json.writeArrayFieldStart("results");
    }

    private void rule(CheckDefinition check) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", check.id());
        text("shortDescription", check.title());
        text("fullDescription", check.description());
        text("help", check.remediation());
        json.writeObjectFieldStart("defaultConfiguration");
        json.writeStringField("level", level(check.severity()));
        json.writeEndObject();
        json.writeObjectFieldStart("properties");
        json.writeStringField("security-severity", score(check.severity()));
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void object(Audited audited) throws IOException {
        Manifest manifest = audited.manifest();
        for (Audited.Finding finding : audited.findings()) {
            json.writeStartObject();
            json.writeStringField("ruleId", finding.check().id());
            json.writeNumberField(
                    "ruleIndex", ruleIndex.getOrDefault(finding.check().id(), -1));
            json.writeStringField("level", level(finding.severity()));
            text("message", finding.message());
            json.writeArrayFieldStart("locations");
            json.writeStartObject();
            place(manifest.file(), manifest.line());
            json.writeArrayFieldStart("logicalLocations");
            json.writeStartObject();
            json.writeStringField(
                    "fullyQualifiedName",
                    manifest.kind() + "/" + (manifest.namespace().isEmpty() ? "" : manifest.namespace() + "/")
                            + manifest.name());
            json.writeStringField("kind", "resource");
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    @Override
    public void unread(Unread file) {
        unread.add(file);
    }

    @Override
    public void end(Totals totals) throws IOException {
        json.writeEndArray();
        invocation(totals.notJudged());
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }

    /** Whoever shows the results shows as well what they say nothing about. */
    private void invocation(String notJudged) throws IOException {
        json.writeArrayFieldStart("invocations");
        json.writeStartObject();
        json.writeBooleanField("executionSuccessful", unread.isEmpty());
        json.writeArrayFieldStart("toolExecutionNotifications");
        for (Unread file : unread) {
            json.writeStartObject();
            json.writeStringField("level", "error");
            text("message", file.toString());
            json.writeArrayFieldStart("locations");
            json.writeStartObject();
            place(file.file(), Math.max(file.line(), 1));
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
        }
        if (!notJudged.isEmpty()) {
            json.writeStartObject();
            json.writeStringField("level", "note");
            text("message", notJudged);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
    }

    private void place(String file, int line) throws IOException {
        json.writeObjectFieldStart("physicalLocation");
        json.writeObjectFieldStart("artifactLocation");
        json.writeStringField("uri", file.equals("-") ? "stdin" : file.replace('\\', '/'));
        json.writeEndObject();
        json.writeObjectFieldStart("region");
        json.writeNumberField("startLine", line);
        json.writeEndObject();
        json.writeEndObject();
    }

    private void text(String key, String text) throws IOException {
        json.writeObjectFieldStart(key);
        json.writeStringField("text", text);
        json.writeEndObject();
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case CRITICAL, HIGH -> "error";
            case MEDIUM -> "warning";
            case LOW, UNKNOWN -> "note";
        };
    }

    /** The number by which code scanning sorts rules into its own severities. */
    private static String score(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "9.5";
            case HIGH -> "8.0";
            case MEDIUM -> "5.5";
            case LOW -> "2.0";
            case UNKNOWN -> "0.0";
        };
    }
}
