package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Takes the content out of a report that the API server holds, so that another container of the same digest can have it too. */
final class StoredReport {
    private static final JsonMapper MAPPER = JsonWalk.MAPPER;

    private final JsonParser in;
    private final ReportKind kind;
    private final Path folder;
    private String updateTimestamp = "";
    private JsonNode scanner = JsonNodeFactory.instance.missingNode();
    private JsonNode os = JsonNodeFactory.instance.missingNode();
    private JsonNode summary = JsonNodeFactory.instance.missingNode();
    private Optional<Spool> bulk = Optional.empty();

    private StoredReport(JsonParser in, ReportKind kind, Path folder) {
        this.in = in;
        this.kind = kind;
        this.folder = folder;
    }

    /** The content of the first item of a list, or empty where the list is. The caller closes it. */
    static Optional<ReportContent> firstOf(InputStream list, ReportKind kind, Path folder) throws IOException {
        try (JsonParser in = MAPPER.createParser(list)) {
            StoredReport report = new StoredReport(in, kind, folder);
            try {
                report.readList();
                return report.content();
            } catch (JsonProcessingException e) {
                report.discard();
                throw new MalformedResult(
                        "the list of " + kind.resource().plural() + " is not the expected JSON: " + e.getMessage(), e);
            } catch (IOException | RuntimeException e) {
                report.discard();
                throw e;
            }
        }
    }

    private void readList() throws IOException {
        in.nextToken();
        JsonWalk.members(in, field -> {
            if (!field.equals("items")) {
                in.skipChildren();
                return;
            }
            JsonWalk.elements(in, index -> {
                if (bulk.isEmpty()) {
                    JsonWalk.members(in, this::readMember);
                } else {
                    in.skipChildren();
                }
            });
        });
    }

    private void readMember(String field) throws IOException {
        if (field.equals("report")) {
            JsonWalk.members(in, this::readReport);
        } else {
            in.skipChildren();
        }
    }

    private void readReport(String field) throws IOException {
        switch (field) {
            case "updateTimestamp" -> updateTimestamp = JsonWalk.text(in);
            case "scanner" -> scanner = MAPPER.readTree(in);
            case "os" -> os = MAPPER.readTree(in);
            case "summary" -> summary = MAPPER.readTree(in);
            default -> {
                // A list that is null says nothing about the image; copied, it would say that there is nothing.
                if (field.equals(kind.bulkField()) && in.currentToken() == kind.bulkStart()) {
                    spoolBulk();
                } else {
                    in.skipChildren();
                }
            }
        }
    }

    private void spoolBulk() throws IOException {
        discard();
        Spool spool = Spool.in(folder);
        bulk = Optional.of(spool);
        try (OutputStream file = spool.write();
                JsonGenerator out = MAPPER.createGenerator(file)) {
            out.copyCurrentStructureExact(in);
        }
    }

    private Optional<ReportContent> content() {
        return bulk.map(spool -> {
            Map<String, Long> counts = new LinkedHashMap<>();
            summary.properties().forEach(count -> {
                if (count.getValue().isNumber()) {
                    counts.put(count.getKey(), count.getValue().asLong());
                }
            });
            return new ReportContent(
                    kind,
                    updateTimestamp,
                    new ReportContent.Scanner(
                            JsonWalk.text(scanner, "name"),
                            JsonWalk.text(scanner, "vendor"),
                            JsonWalk.text(scanner, "version")),
                    os.isObject()
                            ? new ReportContent.OperatingSystem(
                                    JsonWalk.text(os, "family"),
                                    JsonWalk.text(os, "name"),
                                    os.path("eosl").asBoolean())
                            : null,
                    counts,
                    spool);
        });
    }

    private void discard() throws IOException {
        if (bulk.isPresent()) {
            bulk.get().close();
        }
    }
}
