package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads the JSON of {@code trivy image --format json} and turns it into the contents of a VulnerabilityReport and an ExposedSecretReport, one finding
 * at a time.
 *
 * <p>What can be taken is taken, and what could not is said; but "no findings" is believed only of a document that shows that there are none. Members
 * may come in any order; of one that comes twice both count where they are lists, so that no finding is lost.
 */
public final class TrivyResult {
    /** Trivy's {@code SchemaVersion}, unchanged since 2021; another one would be read wrongly rather than not at all. */
    private static final int SCHEMA_VERSION = 2;

    /** Of {@code Metadata}: one of them stands in every result of a scan of an image, whatever the image holds. */
    private static final Set<String> SIGNS_OF_AN_IMAGE = Set.of("ImageID", "ImageConfig", "DiffIDs", "OS");

    private final JsonParser in;
    private final JsonGenerator vulnerabilities;
    private final JsonGenerator secrets;
    private final Set<OptionalField> optionalFields;
    private final Omissions omissions = new Omissions();
    private final SeverityCounts vulnerabilityCounts = new SeverityCounts();
    private final SeverityCounts secretCounts = new SeverityCounts();
    private ReportContent.OperatingSystem os = ReportContent.OperatingSystem.NONE;
    private boolean schemaSeen;
    private boolean resultsSeen;
    private boolean imageSeen;
    private boolean vulnerabilitiesLost;
    private boolean secretsLost;

    private TrivyResult(
            JsonParser in, JsonGenerator vulnerabilities, JsonGenerator secrets, Set<OptionalField> optionalFields) {
        this.in = in;
        this.vulnerabilities = vulnerabilities;
        this.secrets = secrets;
        this.optionalFields = optionalFields;
    }

    /**
     * The two contents; the caller closes them.
     *
     * @param omissions what of the result could not be taken, in words; empty where all was
     */
    public record Contents(ReportContent vulnerabilities, ReportContent secrets, String omissions) {}

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
            LenientUtf8 text = new LenientUtf8(json);
            try (OutputStream vulnerabilityOut = vulnerabilitySpool.write();
                    OutputStream secretOut = secretSpool.write();
                    JsonGenerator vulnerabilities = JsonWalk.MAPPER.createGenerator(vulnerabilityOut);
                    JsonGenerator secrets = JsonWalk.MAPPER.createGenerator(secretOut);
                    JsonParser in = JsonWalk.MAPPER.createParser(text)) {
                result = new TrivyResult(in, vulnerabilities, secrets, optionalFields);
                result.readDocument();
            }
            result.note(text);
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
                            secretSpool),
                    result.omissions.text());
        } catch (JsonProcessingException e) {
            vulnerabilitySpool.close();
            secretSpool.close();
            throw new MalformedResult("Trivy's result is not the expected JSON: " + e.getOriginalMessage(), e);
        } catch (IOException | RuntimeException e) {
            vulnerabilitySpool.close();
            secretSpool.close();
            throw e;
        }
    }

    private void note(LenientUtf8 text) {
        if (text.replaced() > 0) {
            omissions.add(text.replaced() + " bytes of the result are no UTF-8");
        }
    }

    private void readDocument() throws IOException {
        vulnerabilities.writeStartArray();
        secrets.writeStartArray();
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedResult("Trivy's result is not a JSON object");
        }
        JsonWalk.members(in, field -> {
            switch (field) {
                case "SchemaVersion" -> checkSchemaVersion();
                case "Metadata" -> readMetadata();
                case "Results" -> readResults();
                default -> in.skipChildren();
            }
        });
        if (!schemaSeen) {
            throw new MalformedResult("Trivy's result has no SchemaVersion");
        }
        if (in.nextToken() != null) {
            throw new MalformedResult("Trivy's result goes on after its end");
        }
        // Trivy leaves Results out of the result of an image in which there is nothing to list (real-behaviour 2); what
        // else has none was not made by a scan, or lost it on the way.
        if (!resultsSeen && !imageSeen) {
            throw MalformedResult.withoutResults(
                    "Trivy's result has neither Results nor the metadata of an image in which nothing was found");
        }
        if ((vulnerabilitiesLost && vulnerabilityCounts.total() == 0) || (secretsLost && secretCounts.total() == 0)) {
            throw new MalformedResult("nothing of Trivy's findings can be read: " + omissions.text());
        }
        vulnerabilities.writeEndArray();
        secrets.writeEndArray();
    }

    private void checkSchemaVersion() throws IOException {
        String version = JsonWalk.text(in);
        if (!version.equals(Integer.toString(SCHEMA_VERSION))) {
            throw new MalformedResult("Trivy's result has SchemaVersion " + (version.isEmpty() ? "null" : version)
                    + "; " + SCHEMA_VERSION + " is the one that is understood");
        }
        schemaSeen = true;
    }

    private void readMetadata() throws IOException {
        boolean missing = in.currentToken() == JsonToken.VALUE_NULL;
        boolean object = JsonWalk.members(in, field -> {
            imageSeen |= SIGNS_OF_AN_IMAGE.contains(field) && in.currentToken() != JsonToken.VALUE_NULL;
            if (field.equals("OS") && in.currentToken() == JsonToken.START_OBJECT) {
                JsonNode found = JsonWalk.MAPPER.readTree(in);
                os = new ReportContent.OperatingSystem(
                        JsonWalk.text(found, "Family"),
                        JsonWalk.text(found, "Name"),
                        found.path("EOSL").asBoolean());
            } else {
                in.skipChildren();
            }
        });
        if (!object && !missing) {
            omissions.add("Metadata is no object");
        }
    }

    private void readResults() throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        boolean array = JsonWalk.elements(in, index -> {
            if (!readResult(index)) {
                lost(true, true, "Results[" + index + "] is no object");
            }
        });
        if (!array) {
            throw new MalformedResult("Trivy's result has Results that is no array");
        }
        resultsSeen = true;
    }

    /** What stands over the findings of a result and is shown with each. */
    private static final class Heading {
        private String target = "";
        private String resultClass = "";
        private String type = "";
        private int seen;
    }

    private boolean readResult(int index) throws IOException {
        Heading heading = new Heading();
        Map<String, TokenBuffer> early = new LinkedHashMap<>();
        boolean object = JsonWalk.members(in, field -> {
            switch (field) {
                case "Target" -> heading.target = headingText(heading);
                case "Class" -> heading.resultClass = headingText(heading);
                case "Type" -> heading.type = headingText(heading);
                case "Vulnerabilities", "Secrets" -> {
                    if (heading.seen >= 3) {
                        readFindings(in, field, heading, index);
                    } else {
                        // Trivy writes the heading first; one that comes later, or not whole, must not be missing from
                        // what came before.
                        TokenBuffer findings = new TokenBuffer(in);
                        findings.copyCurrentStructure(in);
                        early.put(field + "/" + early.size(), findings);
                    }
                }
                default -> in.skipChildren();
            }
        });
        for (var findings : early.entrySet()) {
            try (JsonParser buffered = findings.getValue().asParser(JsonWalk.MAPPER)) {
                buffered.nextToken();
                String field = findings.getKey().substring(0, findings.getKey().indexOf('/'));
                readFindings(buffered, field, heading, index);
            }
        }
        return object;
    }

    private String headingText(Heading heading) throws IOException {
        heading.seen++;
        return JsonWalk.text(in);
    }

    private void readFindings(JsonParser from, String field, Heading heading, int result) throws IOException {
        if (from.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        boolean vulnerable = field.equals("Vulnerabilities");
        String where = "Results[" + result + "]." + field;
        boolean array = JsonWalk.elements(from, index -> {
            if (from.currentToken() != JsonToken.START_OBJECT) {
                from.skipChildren();
                lost(vulnerable, !vulnerable, where + "[" + index + "] is no object");
                return;
            }
            ObjectNode finding = JsonWalk.MAPPER.readTree(from);
            if (vulnerable) {
                takeVulnerability(finding, heading);
            } else {
                takeSecret(finding, heading.target);
            }
        });
        if (!array) {
            lost(vulnerable, !vulnerable, where + " is no array");
        }
    }

    private void lost(boolean ofVulnerabilities, boolean ofSecrets, String what) {
        vulnerabilitiesLost |= ofVulnerabilities;
        secretsLost |= ofSecrets;
        omissions.add(what);
    }

    private void takeVulnerability(ObjectNode finding, Heading heading) throws IOException {
        TrivyVulnerability vulnerability = TrivyVulnerability.of(finding, omissions);
        vulnerabilityCounts.add(vulnerability.reportedSeverity());
        vulnerability.writeTo(vulnerabilities, heading.target, heading.resultClass, heading.type, optionalFields);
    }

    private void takeSecret(ObjectNode secret, String target) throws IOException {
        Severity severity = Severity.parse(JsonWalk.text(secret, "Severity"));
        if (severity == Severity.UNKNOWN) {
            // The kind has no UNKNOWN: with it the API server would refuse the whole report and all its findings.
            severity = Severity.LOW;
        }
        secretCounts.add(severity);
        secrets.writeStartObject();
        secrets.writeStringField("target", target);
        secrets.writeStringField("ruleID", JsonWalk.text(secret, "RuleID"));
        secrets.writeStringField("title", JsonWalk.text(secret, "Title"));
        secrets.writeStringField("category", JsonWalk.text(secret, "Category"));
        secrets.writeStringField("severity", severity.name());
        secrets.writeStringField("match", JsonWalk.text(secret, "Match"));
        secrets.writeEndObject();
    }
}
