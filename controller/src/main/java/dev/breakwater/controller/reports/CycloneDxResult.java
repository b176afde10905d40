package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Reads the CycloneDX document of {@code trivy convert --format cyclonedx} and turns it into the content of an SbomReport. */
public final class CycloneDxResult {
    /**
     * The members that {@code report.components} has by its schema. {@code vulnerabilities} above all is left out: it is in another report, is long,
     * and changes with every database.
     */
    private static final Set<String> MEMBERS = Set.of("bomFormat", "specVersion", "serialNumber", "version");

    private static final JsonMapper MAPPER = new JsonMapper();

    private final JsonParser in;
    private final JsonGenerator out;
    private final String scannerVersion;
    private long components;
    private long dependencies;
    private boolean cycloneDx;

    private CycloneDxResult(JsonParser in, JsonGenerator out, String scannerVersion) {
        this.in = in;
        this.out = out;
        this.scannerVersion = scannerVersion;
    }

    /**
     * @throws MalformedResult where the input is no CycloneDX JSON; nothing is left behind then
     */
    public static ReportContent read(InputStream json, Path folder, String scannerVersion, String updateTimestamp)
            throws IOException {
        Spool spool = Spool.in(folder);
        try {
            CycloneDxResult result;
            try (OutputStream file = spool.write();
                    JsonGenerator out = MAPPER.createGenerator(file);
                    JsonParser in = MAPPER.createParser(json)) {
                result = new CycloneDxResult(in, out, scannerVersion);
                result.copyDocument();
            }
            Map<String, Long> summary = new LinkedHashMap<>();
            // The image itself is a component too, under metadata (trivy-operator 2.5).
            summary.put("componentsCount", result.components + 1);
            summary.put("dependenciesCount", result.dependencies);
            return new ReportContent(
                    ReportKind.SBOM,
                    updateTimestamp,
                    ReportContent.Scanner.trivy(scannerVersion),
                    null,
                    summary,
                    spool);
        } catch (JsonProcessingException e) {
            spool.close();
            throw new MalformedResult("the SBOM is not the expected JSON: " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private void copyDocument() throws IOException {
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedResult("the SBOM is not a JSON object");
        }
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "components" -> components = copyArray(field);
                case "dependencies" -> dependencies = copyArray(field);
                case "metadata" -> copyMetadata();
                default -> {
                    if (MEMBERS.contains(field)) {
                        cycloneDx |= field.equals("bomFormat") && in.getText().equals("CycloneDX");
                        out.writeFieldName(field);
                        out.copyCurrentStructureExact(in);
                    } else {
                        in.skipChildren();
                    }
                }
            }
        }
        out.writeEndObject();
        if (!cycloneDx) {
            throw new MalformedResult("the SBOM does not say bomFormat CycloneDX");
        }
        if (in.nextToken() != null) {
            throw new MalformedResult("the SBOM goes on after its end");
        }
    }

    private void copyMetadata() throws IOException {
        out.writeObjectFieldStart("metadata");
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String field = in.currentName();
            in.nextToken();
            switch (field) {
                case "tools" -> {
                    in.skipChildren();
                    writeTools();
                }
                case "timestamp", "component" -> {
                    out.writeFieldName(field);
                    out.copyCurrentStructureExact(in);
                }
                default -> in.skipChildren();
            }
        }
        out.writeEndObject();
    }

    private void writeTools() throws IOException {
        out.writeObjectFieldStart("tools");
        out.writeArrayFieldStart("components");
        out.writeStartObject();
        out.writeStringField("type", "application");
        out.writeStringField("group", "aquasecurity");
        out.writeStringField("name", "trivy");
        out.writeStringField("version", scannerVersion);
        out.writeEndObject();
        out.writeEndArray();
        out.writeEndObject();
    }

    private long copyArray(String field) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return 0;
        }
        long elements = 0;
        out.writeArrayFieldStart(field);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            out.copyCurrentStructureExact(in);
            elements++;
        }
        out.writeEndArray();
        return elements;
    }
}
