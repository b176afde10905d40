package dev.breakwater.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.kind.Column;
import dev.breakwater.apiserver.kind.ReportKind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * The cells of one object, computed when it is written: JSON values behind the name, with a hole where a time is, since an age is only
 * known when it is read. A hole is {@code U+0001 time U+0001}, without the time where it is that of the creation; the character cannot
 * stand in JSON.
 */
public final class Cells {
    private static final char HOLE = 1;

    private Cells() {}

    /** Values of all columns, each with a comma before it. */
    public static String of(ReportKind kind, ObjectNode object) {
        ByteBuilder cells = new ByteBuilder(128);
        for (Column column : kind.columns()) {
            cells.append(',');
            if (column.type().equals("date")) {
                cells.append(HOLE);
                if (!column.path().equals("metadata.creationTimestamp")) {
                    JsonNode time = at(object, column.path());
                    cells.appendUtf8(time.isTextual() ? time.textValue() : "null");
                }
                cells.append(HOLE);
            } else {
                append(cells, column, at(object, column.path()));
            }
        }
        return cells.toString();
    }

    /** Fills the holes with ages and puts the name in front. */
    public static void append(ByteBuilder out, String name, String cells, Instant created, Instant now) {
        JsonStrings.append(out, name);
        int from = 0;
        while (true) {
            int hole = cells.indexOf(HOLE, from);
            if (hole < 0) {
                out.appendUtf8(cells.substring(from));
                return;
            }
            out.appendUtf8(cells.substring(from, hole));
            int end = cells.indexOf(HOLE, hole + 1);
            String time = cells.substring(hole + 1, end);
            out.appendUtf8(time.isEmpty() ? quotedAge(created, now) : age(time, now));
            from = end + 1;
        }
    }

    private static String age(String time, Instant now) {
        try {
            return time.equals("null") ? "null" : quotedAge(Instant.parse(time), now);
        } catch (DateTimeException e) {
            return "\"<invalid>\"";
        }
    }

    private static String quotedAge(Instant time, Instant now) {
        return "\"" + HumanDuration.of(Duration.between(time, now)) + "\"";
    }

    private static void append(ByteBuilder out, Column column, JsonNode value) {
        boolean integer = column.type().equals("integer");
        if (value.isMissingNode() || value.isNull() || integer && !value.isNumber()) {
            out.appendAscii("null");
        } else if (integer) {
            out.appendAscii(Long.toString(value.longValue()));
        } else if (column.type().equals("string") && !value.isTextual()) {
            JsonStrings.append(out, new String(CanonicalJson.bytes(value), java.nio.charset.StandardCharsets.UTF_8));
        } else {
            CanonicalJson.append(out, value);
        }
    }

    private static JsonNode at(JsonNode object, String path) {
        JsonNode value = object;
        for (String step : path.split("\\.")) {
            value = value.path(step);
        }
        return value;
    }
}
