package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.breakwater.controller.naming.ReportLabels;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of reports.
 *
 * @param next token of the next page; empty on the last one
 */
public record ReportPage(List<AuditReport> reports, String next) {
    private static final JsonFactory JSON = new JsonFactory();
    /** Labels and annotations that are read. */
    private static final Set<String> MARKS =
            Set.of(ReportLabels.RESOURCE_KIND, ReportLabels.PLUGIN_CONFIG_HASH, ReportLabels.NOT_ASSESSED);

    /** Reads a page without building a tree of it; text of entries that are not wanted is skipped undecoded where the order of fields allows. */
    public static ReportPage parse(InputStream body, AuditKind kind, Predicate<String> wanted) throws IOException {
        try (JsonParser in = JSON.createParser(body)) {
            return new Reading(in, kind, wanted).page();
        }
    }

    private static final class Reading {
        private final JsonParser in;
        private final AuditKind kind;
        private final Predicate<String> wanted;

        Reading(JsonParser in, AuditKind kind, Predicate<String> wanted) {
            this.in = in;
            this.kind = kind;
            this.wanted = wanted;
        }

        ReportPage page() throws IOException {
            List<AuditReport> reports = new ArrayList<>();
            String next = "";
            in.nextToken();
            for (String field = firstField(); field != null; field = nextField()) {
                switch (field) {
                    case "metadata" -> next = continueToken();
                    case "items" -> items(reports);
                    default -> in.skipChildren();
                }
            }
            return new ReportPage(reports, next);
        }

        /** What is no object is passed over, and what follows it is not. */
        private void items(List<AuditReport> reports) throws IOException {
            if (in.currentToken() == JsonToken.VALUE_NULL) {
                return;
            }
            if (in.currentToken() != JsonToken.START_ARRAY) {
                throw new IOException("the list of " + kind.plural() + " has items that are no array");
            }
            while (next() != JsonToken.END_ARRAY) {
                if (in.currentToken() == JsonToken.START_OBJECT) {
                    AuditReport report = report();
                    if (report != null) {
                        reports.add(report);
                    }
                } else {
                    in.skipChildren();
                }
            }
        }

        private String continueToken() throws IOException {
            String token = "";
            for (String field = firstField(); field != null; field = nextField()) {
                if (field.equals("continue")) {
                    token = text();
                } else {
                    in.skipChildren();
                }
            }
            return token;
        }

        /** Null where there is no list of checks: it does not say that nothing failed. */
        private @Nullable AuditReport report() throws IOException {
            Map<String, String> metadata = Map.of();
            List<AuditReport.Entry> entries = null;
            for (String field = firstField(); field != null; field = nextField()) {
                switch (field) {
                    case "metadata" -> metadata = metadata();
                    case "report" -> entries = entriesOfReport();
                    default -> in.skipChildren();
                }
            }
            if (entries == null) {
                return null;
            }
            return new AuditReport(
                    kind,
                    metadata.getOrDefault(ReportLabels.RESOURCE_KIND, ""),
                    metadata.getOrDefault("namespace", ""),
                    metadata.getOrDefault("name", ""),
                    metadata.getOrDefault(ReportLabels.PLUGIN_CONFIG_HASH, ""),
                    Optional.ofNullable(metadata.get(ReportLabels.NOT_ASSESSED))
                            .map(ids -> Arrays.stream(ids.split(" ")).collect(Collectors.toSet())),
                    entries);
        }

        /** Name, namespace, labels and annotations; none that is read has a name like one of the fields. */
        private Map<String, String> metadata() throws IOException {
            Map<String, String> metadata = new HashMap<>();
            for (String field = firstField(); field != null; field = nextField()) {
                switch (field) {
                    case "name", "namespace" -> metadata.put(field, text());
                    case "labels", "annotations" -> {
                        for (String key = firstField(); key != null; key = nextField()) {
                            if (MARKS.contains(key)) {
                                metadata.put(key, text());
                            } else {
                                in.skipChildren();
                            }
                        }
                    }
                    default -> in.skipChildren();
                }
            }
            return metadata;
        }

        private @Nullable List<AuditReport.Entry> entriesOfReport() throws IOException {
            List<AuditReport.Entry> entries = null;
            if (in.currentToken() != JsonToken.START_OBJECT) {
                in.skipChildren();
                return null;
            }
            for (String field = firstField(); field != null; field = nextField()) {
                if (field.equals("checks") && in.currentToken() == JsonToken.VALUE_NULL) {
                    entries = entries == null ? new ArrayList<>() : entries;
                } else if (field.equals("checks") && in.currentToken() == JsonToken.START_ARRAY) {
                    entries = entries == null ? new ArrayList<>() : entries;
                    entries(entries);
                } else {
                    in.skipChildren();
                }
            }
            return entries;
        }

        private void entries(List<AuditReport.Entry> entries) throws IOException {
            while (next() != JsonToken.END_ARRAY) {
                AuditReport.Entry entry = in.currentToken() == JsonToken.START_OBJECT ? entry() : null;
                if (entry != null) {
                    entries.add(entry);
                } else {
                    in.skipChildren();
                }
            }
        }

        private AuditReport.@Nullable Entry entry() throws IOException {
            String checkId = "";
            String severity = "";
            boolean success = false;
            String title = "";
            String description = "";
            String category = "";
            List<String> messages = List.of();
            String remediation = "";
            for (String field = firstField(); field != null; field = nextField()) {
                switch (field) {
                    case "checkID" -> {
                        checkId = text();
                        if (!wanted.test(checkId)) {
                            skipRestOfObject();
                            return null;
                        }
                    }
                    case "severity" -> severity = text();
                    case "success" -> success = in.currentToken() == JsonToken.VALUE_TRUE;
                    case "title" -> title = text();
                    case "description" -> description = text();
                    case "category" -> category = text();
                    case "remediation" -> remediation = text();
                    case "messages" -> messages = texts();
                    default -> in.skipChildren();
                }
            }
            return new AuditReport.Entry(
                    checkId, severity, success, title, description, category, messages, remediation);
        }

        private void skipRestOfObject() throws IOException {
            while (nextField() != null) {
                in.skipChildren();
            }
        }

        private List<String> texts() throws IOException {
            List<String> texts = new ArrayList<>();
            if (in.currentToken() == JsonToken.START_ARRAY) {
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    texts.add(text());
                }
            }
            return texts;
        }

        /** The scalar as text; empty for null, and for an object or an array, which is passed over. */
        private String text() throws IOException {
            if (in.currentToken().isStructStart()) {
                in.skipChildren();
                return "";
            }
            return in.currentToken() == JsonToken.VALUE_NULL ? "" : in.getText();
        }

        /** As {@link #nextField}, for the object that the parser is on; null when it is on something else. */
        private @Nullable String firstField() throws IOException {
            if (in.currentToken() == JsonToken.START_OBJECT) {
                return nextField();
            }
            in.skipChildren();
            return null;
        }

        private JsonToken next() throws IOException {
            JsonToken token = in.nextToken();
            if (token == null) {
                throw new IOException("the list of " + kind.plural() + " ended in the middle");
            }
            return token;
        }

        /** The next field's name, with the parser on its value; null at the end of the object. */
        private @Nullable String nextField() throws IOException {
            if (next() != JsonToken.FIELD_NAME) {
                return null;
            }
            String name = in.currentName();
            in.nextToken();
            return name;
        }
    }
}
