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
    /** Longer than every name, label and path that is valid. */
    private static final int LONGEST_SHOWN = 512;

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

    /**
     * A string in double quotes, with quotes, backslashes and control characters escaped. Of a long one the beginning: what clients
     * send may be megabytes, and messages repeat it.
     */
    public static String quoted(@Nullable String value) {
        String text = String.valueOf(value);
        int shown = Math.min(text.length(), LONGEST_SHOWN);
        StringBuilder quoted = new StringBuilder(shown + 16).append('"');
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (c < 0x20 || c == 0x7f) {
                        quoted.append("\\x")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append(shown < text.length() ? "\"..." : "\"").toString();
    }

    /** A text that a client sent, without quotes; of a long one the beginning. */
    public static String shown(String text) {
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    /** As it appears in the message of the whole Status. */
    String text() {
        return field.isEmpty() ? message : field + ": " + message;
    }

    private static String withDetail(String text, String detail) {
        return detail.isEmpty() ? text : text + ": " + detail;
    }
}
