package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the CycloneDX document of {@code trivy convert --format cyclonedx} and turns it into the content of an SbomReport. */
public final class CycloneDxResult {
    /**
     * The members that {@code report.components} has by its schema. {@code vulnerabilities} above all is left out: it is in another report, is long,
     * and changes with every database.
     */
    private static final Set<String> COPIED =
            Set.of("bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies");

    private final JsonParser in;
    private final JsonGenerator out;
    private final String scannerVersion;
    private long components;
    private long dependencies;
    private boolean cycloneDx;
    private final Omissions omissions = new Omissions();
    private final Set<String> written = new HashSet<>();
    private final Map<String, String> properties;

    private CycloneDxResult(JsonParser in, JsonGenerator out, String scannerVersion, Map<String, String> properties) {
        this.in = in;
        this.out = out;
        this.scannerVersion = scannerVersion;
        this.properties = properties;
    }

    /**
     * The content; the caller closes it.
     *
     * @param omissions what of the document could not be taken, in words; empty where all was
     */
    public record Contents(ReportContent components, String omissions) {}

    /** The value of a property of the document itself, not of its components; empty where it has none. */
    public static Optional<String> property(InputStream json, String name) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser in = JsonWalk.MAPPER.createParser(json)) {
            in.nextToken();
            JsonWalk.members(in, field -> {
                if (!field.equals("properties")) {
                    in.skipChildren();
                    return;
                }
                JsonWalk.elements(in, index -> {
                    JsonNode property = JsonWalk.MAPPER.readTree(in);
                    if (JsonWalk.text(property, "name").equals(name)) {
                        values.add(JsonWalk.text(property, "value"));
                    }
                });
            });
        }
        return values.stream().findFirst();
    }

    /** Without properties of ours. */
    public static Contents read(InputStream json, Path folder, String scannerVersion, String updateTimestamp)
            throws IOException {
        return read(json, folder, scannerVersion, updateTimestamp, Map.of());
    }

    /**
     * @param properties of the document, by their names, in addition
     * @throws MalformedResult where the input is no CycloneDX JSON; nothing is left behind then
     */
    public static Contents read(
            InputStream json,
            Path folder,
            String scannerVersion,
            String updateTimestamp,
            Map<String, String> properties)
            throws IOException {
        Spool spool = Spool.in(folder);
        try {
            CycloneDxResult result;
            LenientUtf8 text = new LenientUtf8(json);
            try (OutputStream file = spool.write();
                    JsonGenerator out = JsonWalk.MAPPER.createGenerator(file);
                    JsonParser in = JsonWalk.MAPPER.createParser(text)) {
                result = new CycloneDxResult(in, out, scannerVersion, properties);
                result.copyDocument();
            }
            Map<String, Long> summary = new LinkedHashMap<>();
            // The image itself is a component too, under metadata (trivy-operator 2.5).
            summary.put("componentsCount", result.components + 1);
            summary.put("dependenciesCount", result.dependencies);
            if (text.replaced() > 0) {
                result.omissions.add(text.replaced() + " bytes of the SBOM are no UTF-8");
            }
            return new Contents(
                    new ReportContent(
                            ReportKind.SBOM,
                            updateTimestamp,
                            ReportContent.Scanner.trivy(scannerVersion),
                            null,
                            summary,
                            spool),
                    result.omissions.text());
        } catch (JsonProcessingException e) {
            spool.close();
            throw new MalformedResult("the SBOM is not the expected JSON: " + e.getOriginalMessage(), e);
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
        JsonWalk.members(in, field -> {
            if (!COPIED.contains(field)) {
                in.skipChildren();
            } else if (in.currentToken() != JsonToken.VALUE_NULL && !written.add(field)) {
                // Two members of one name are no JSON that the API server takes.
                in.skipChildren();
                omissions.add("the SBOM has " + field + " twice; the first counts");
            } else {
                copyMember(field);
            }
        });
        writeProperties();
        out.writeEndObject();
        if (!cycloneDx) {
            throw new MalformedResult("the SBOM does not say bomFormat CycloneDX");
        }
        if (in.nextToken() != null) {
            throw new MalformedResult("the SBOM goes on after its end");
        }
    }

    /** A member that is null is left out: the kind's schema has no null. */
    private void copyMember(String field) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        switch (field) {
            case "components" -> components = copyArray(field);
            case "dependencies" -> dependencies = copyArray(field);
            case "metadata" -> copyMetadata();
            default -> {
                cycloneDx |= field.equals("bomFormat") && in.getText().equals("CycloneDX");
                out.writeFieldName(field);
                out.copyCurrentStructureExact(in);
            }
        }
    }

    private void copyMetadata() throws IOException {
        out.writeObjectFieldStart("metadata");
        Set<String> members = new HashSet<>();
        boolean object = JsonWalk.members(in, field -> {
            boolean first = in.currentToken() != JsonToken.VALUE_NULL && members.add(field);
            if (first && field.equals("tools")) {
                in.skipChildren();
                writeTools();
            } else if (first && (field.equals("timestamp") || field.equals("component"))) {
                out.writeFieldName(field);
                out.copyCurrentStructureExact(in);
            } else {
                in.skipChildren();
            }
        });
        out.writeEndObject();
        if (!object) {
            omissions.add("metadata of the SBOM is no object");
        }
    }

    private void writeProperties() throws IOException {
        if (properties.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("properties");
        for (var property : properties.entrySet()) {
            out.writeStartObject();
            out.writeStringField("name", property.getKey());
            out.writeStringField("value", property.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
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

    /** @throws MalformedResult for what is no array: without it the list would seem to be empty */
    private long copyArray(String field) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw new MalformedResult("the SBOM has " + field + " that is no array");
        }
        long elements = 0;
        out.writeArrayFieldStart(field);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                out.copyCurrentStructureExact(in);
                elements++;
            } else {
                in.skipChildren();
                omissions.add("an entry of " + field + " of the SBOM is no object");
            }
        }
        out.writeEndArray();
        return elements;
    }
}
