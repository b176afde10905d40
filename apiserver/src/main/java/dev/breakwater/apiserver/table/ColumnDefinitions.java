package dev.breakwater.apiserver.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.Column;
import dev.breakwater.apiserver.kind.ReportKind;

/** The {@code columnDefinitions} of a Table. */
public final class ColumnDefinitions {
    private ColumnDefinitions() {}

    /** As JSON; the name column comes first. */
    public static byte[] of(ReportKind kind) {
        ArrayNode columns = JsonNodeFactory.instance.arrayNode();
        columns.addObject()
                .put("name", "Name")
                .put("type", "string")
                .put("format", "name")
                .put("description", "Name of the object, unique within its namespace and kind.")
                .put("priority", 0);
        for (Column column : kind.columns()) {
            columns.addObject()
                    .put("name", column.name())
                    .put("type", column.type())
                    .put("format", "")
                    .put("description", column.description())
                    .put("priority", column.priority());
        }
        return CanonicalJson.bytes(columns);
    }
}
