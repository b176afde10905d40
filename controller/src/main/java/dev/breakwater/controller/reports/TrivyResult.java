package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Set;

/**
 * Reads the JSON of {@code trivy image --format json} and turns it into the contents of a VulnerabilityReport and an ExposedSecretReport, one finding
 * at a time.
 */
public final class TrivyResult {
    /** Trivy's {@code SchemaVersion}, unchanged since 2021; another one would be read wrongly rather than not at all. */
    private static final int SCHEMA_VERSION = 2;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final JsonParser in;
    private final JsonGenerator vulnerabilities;
    private final JsonGenerator secrets;
    private final Set<OptionalField> optionalFields;
    private final SeverityCounts vulnerabilityCounts = new SeverityCounts();
    private final SeverityCounts secretCounts = new SeverityCounts();
    private ReportContent.OperatingSystem os = ReportContent.OperatingSystem.NONE;
    private int schemaVersion;

    private TrivyResult(
            JsonParser in, JsonGenerator vulnerabilities, JsonGenerator secrets, Set<OptionalField> optionalFields) {
        this.in = in;
        this.vulnerabilities = vulnerabilities;
        this.secrets = secrets;
        this.optionalFields = optionalFields;
    }

    /** The two contents; the caller closes them. */
    public record Contents(ReportContent vulnerabilities, ReportContent secrets) {}

    /**
     * @param folder for the long parts
     * @throws MalformedResult where the input is not Trivy's JSON; nothing is left behind then
     */
    public static Contents read(
            InputStream json,
            Path folder,
            String scannerVersion,
            String updateTimestamp,
            Set<OptionalField> optionalFields)
            throws IOException {
        Spool vulnerabilitySpool = Spool.in(folder);
        Spool secretSpool = Spool.in(folder);
        try {
            TrivyResult result;
            try (OutputStream vulnerabilityOut = vulnerabilitySpool.write();
                    OutputStream secretOut = secretSpool.write();
                    JsonGenerator vulnerabilities = MAPPER.createGenerator(vulnerabilityOut);
                    JsonGenerator secrets = MAPPER.createGenerator(secretOut);
                    JsonParser in = MAPPER.createParser(json)) {
                result = new TrivyResult(in, vulnerabilities, secrets, optionalFields);
                result.readDocument();
            }
            var scanner = ReportContent.Scanner.trivy(scannerVersion);
            return new Contents(
                    new ReportContent(
                            ReportKind.VULNERABILITY,
                            updateTimestamp,
                            scanner,
                            result.os,
                            result.vulnerabilityCounts.ofVulnerabilities(),
                            vulnerabilitySpool),
                    new ReportContent(
                            ReportKind.EXPOSED_SECRET,
                            updateTimestamp,
                            scanner,
                            null,
                            result.secretCounts.ofSecrets(),
                            secretSpool));
        } catch (JsonProcessingException e) {
            vulnerabilitySpool.close();
            secretSpool.close();
            throw new MalformedResult("Trivy's result is not the expected JSON: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            vulnerabilitySpool.close();
            secretSpool.close();
            throw e;
        }
    }

    private void readDocument() throws IOException {
        vulnerabilities.writeStartArray();
        secrets.writeStartArray();
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedResult("Trivy's result is not a JSON object");
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "SchemaVersion" -> schemaVersion = in.getIntValue();
                case "Metadata" -> readMetadata();
                case "Results" -> readResults();
                default -> in.skipChildren();
            }
        }
        if (schemaVersion != SCHEMA_VERSION) {
            throw new MalformedResult("Trivy's result has SchemaVersion " + schemaVersion + "; " + SCHEMA_VERSION
                    + " is the one that is understood");
        }
        if (in.nextToken() != null) {
            throw new MalformedResult("Trivy's result goes on after its end");
        }
        vulnerabilities.writeEndArray();
        secrets.writeEndArray();
    }

    private void readMetadata() throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            if (field.equals("OS")) {
                JsonNode found = MAPPER.readTree(in);
                os = new ReportContent.OperatingSystem(
                        found.path("Family").asText(),
                        found.path("Name").asText(),
                        found.path("EOSL").asBoolean());
            } else {
                in.skipChildren();
            }
        }
    }

    private void readResults() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(JsonToken.START_ARRAY, "Results");
        while (in.nextToken() == JsonToken.START_OBJECT) {
            readResult();
        }
    }

    /** Trivy writes Target, Class and Type of a result before its findings (Go struct order). */
    private void readResult() throws IOException {
        String target = "";
        String resultClass = "";
        String resultType = "";
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "Target" -> target = in.getText();
                case "Class" -> resultClass = in.getText();
                case "Type" -> resultType = in.getText();
                case "Vulnerabilities" -> readVulnerabilities(target, resultClass, resultType);
                case "Secrets" -> readSecrets(target);
                default -> in.skipChildren();
            }
        }
    }

    private void readVulnerabilities(String target, String resultClass, String resultType) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(JsonToken.START_ARRAY, "Vulnerabilities");
        while (in.nextToken() == JsonToken.START_OBJECT) {
            TrivyVulnerability vulnerability = MAPPER.readValue(in, TrivyVulnerability.class);
            vulnerabilityCounts.add(vulnerability.reportedSeverity());
            vulnerability.writeTo(vulnerabilities, target, resultClass, resultType, optionalFields);
        }
    }

    private void readSecrets(String target) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        expect(JsonToken.START_ARRAY, "Secrets");
        while (in.nextToken() == JsonToken.START_OBJECT) {
            ObjectNode secret = MAPPER.readTree(in);
            Severity severity = Severity.parse(secret.path("Severity").asText());
            if (severity == Severity.UNKNOWN) {
                // The kind has no UNKNOWN: with it the API server would refuse the whole report and all its findings.
                severity = Severity.LOW;
            }
            secretCounts.add(severity);
            secrets.writeStartObject();
            secrets.writeStringField("target", target);
            secrets.writeStringField("ruleID", secret.path("RuleID").asText());
            secrets.writeStringField("title", secret.path("Title").asText());
            secrets.writeStringField("category", secret.path("Category").asText());
            secrets.writeStringField("severity", severity.name());
            secrets.writeStringField("match", secret.path("Match").asText());
            secrets.writeEndObject();
        }
    }

    private void expect(JsonToken token, String field) throws IOException {
        if (in.currentToken() != token) {
            throw new MalformedResult("Trivy's result has " + field + " that is no array");
        }
    }
}
