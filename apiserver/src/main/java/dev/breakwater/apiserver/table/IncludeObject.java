package dev.breakwater.apiserver.table;

import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;

/** How much of the object stands beside the cells of a row. */
public enum IncludeObject {
    NONE,
    METADATA,
    OBJECT;

    /** @param parameter the query parameter {@code includeObject}, empty if absent */
    public static IncludeObject of(String parameter) {
        return switch (parameter) {
            case "None" -> NONE;
            case "", "Metadata" -> METADATA;
            case "Object" -> OBJECT;
            default ->
                throw Statuses.badRequest("Unable to convert to Table as requested: unrecognized includeObject value: "
                        + FieldError.quoted(parameter));
        };
    }
}
