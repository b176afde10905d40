package dev.breakwater.apiserver.status;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one field; becomes a cause of a 422 (k8s-wire 3.10). The texts are those of apimachinery, because people
 * search for them.
 *
 * @param reason such as {@code FieldValueRequired}
 * @param field path such as {@code report.vulnerabilities[3].severity}
 */
public record FieldError(String reason, String field, String message) {

    public static FieldError required(String field, String detail) {
        return new FieldError("FieldValueRequired", field, withDetail("Required value", detail));
    }

    /** @param value as in a Go error: strings are given with {@link #quoted} */
    public static FieldError invalid(String field, String value, String detail) {
        return new FieldError("FieldValueInvalid", field, withDetail("Invalid value: " + value, detail));
    }

    /** @param value the type that was found, quoted, such as {@code "string"} */
    public static FieldError typeInvalid(String field, String value, String detail) {
        return new FieldError("FieldValueTypeInvalid", field, withDetail("Invalid value: " + value, detail));
    }

    public static FieldError notSupported(String field, String value, List<String> supported) {
        String values = supported.stream().map(FieldError::quoted).collect(Collectors.joining(", "));
        return new FieldError(
                "FieldValueNotSupported", field, "Unsupported value: " + value + ": supported values: " + values);
    }

    public static FieldError forbidden(String field, String detail) {
        return new FieldError("FieldValueForbidden", field, withDetail("Forbidden", detail));
    }

    public static FieldError tooLong(String field, int maximumBytes) {
        return new FieldError("FieldValueTooLong", field, "Too long: may not be more than " + maximumBytes + " bytes");
    }

    public static FieldError duplicate(String field, String value) {
        return new FieldError("FieldValueDuplicate", field, "Duplicate value: " + value);
    }

    /** A string in double quotes, with quotes, backslashes and control characters escaped. */
    public static String quoted(@Nullable String value) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : String.valueOf(value).toCharArray()) {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        quoted.append(String.format("\\x%02x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** As it appears in the message of the whole Status. */
    String text() {
        return field.isEmpty() ? message : field + ": " + message;
    }

    private static String withDetail(String text, String detail) {
        return detail.isEmpty() ? text : text + ": " + detail;
    }
}
