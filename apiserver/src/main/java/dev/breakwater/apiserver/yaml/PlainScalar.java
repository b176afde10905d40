package dev.breakwater.apiserver.yaml;

import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.GoNumber;
import dev.breakwater.apiserver.json.JsonStrings;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * What a scalar is in JSON, as sigs.k8s.io/yaml takes it (go-yaml 2, {@code resolve.go}): {@code yes} and {@code on} are booleans, times
 * and {@code 1:30} are strings, integers may be binary, octal or hexadecimal and have underscores.
 */
final class PlainScalar {
    private static final String TAGS = "tag:yaml.org,2002:";
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("", "null"),
            Map.entry("~", "null"),
            Map.entry("null", "null"),
            Map.entry("Null", "null"),
            Map.entry("NULL", "null"),
            Map.entry("y", "true"),
            Map.entry("Y", "true"),
            Map.entry("yes", "true"),
            Map.entry("Yes", "true"),
            Map.entry("YES", "true"),
            Map.entry("true", "true"),
            Map.entry("True", "true"),
            Map.entry("TRUE", "true"),
            Map.entry("on", "true"),
            Map.entry("On", "true"),
            Map.entry("ON", "true"),
            Map.entry("n", "false"),
            Map.entry("N", "false"),
            Map.entry("no", "false"),
            Map.entry("No", "false"),
            Map.entry("NO", "false"),
            Map.entry("false", "false"),
            Map.entry("False", "false"),
            Map.entry("FALSE", "false"),
            Map.entry("off", "false"),
            Map.entry("Off", "false"),
            Map.entry("OFF", "false"));
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern NOT_FINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

    private PlainScalar() {}

    static void append(ByteBuilder json, ScalarEvent scalar) {
        String literal = literal(scalar);
        if (literal == null) {
            JsonStrings.append(json, scalar.getValue());
        } else {
            json.appendAscii(literal);
        }
    }

    /** A key is a string, whatever it looks like; but a null is none, and merge keys are not read. */
    static String key(ScalarEvent scalar) {
        String literal = literal(scalar);
        if (scalar.isPlain() && scalar.getValue().equals("<<")) {
            throw YamlBody.refused("merge keys (<<) are not read");
        }
        if ("null".equals(literal)) {
            throw YamlBody.refused("a key that is null");
        }
        return literal == null ? scalar.getValue() : literal;
    }

    /** The text in JSON of what is no string, or {@code null} for a string. */
    private static @Nullable String literal(ScalarEvent scalar) {
        String tag = scalar.getTag();
        if (tag == null || tag.equals("!")) {
            return scalar.isPlain() && tag == null ? plain(scalar.getValue()) : null;
        }
        String value = scalar.getValue();
        String literal = plain(value);
        boolean fits = switch (tag) {
            case TAGS + "str", TAGS + "timestamp" -> true;
            case TAGS + "null" -> "null".equals(literal);
            case TAGS + "bool" -> "true".equals(literal) || "false".equals(literal);
            case TAGS + "int", TAGS + "float" -> literal != null && !WORDS.containsValue(literal);
            default ->
                throw YamlBody.refused("the tag " + tag.substring(0, Math.min(tag.length(), 100)) + " is not read");
        };
        if (!fits) {
            throw YamlBody.refused("a scalar that is not what its tag " + tag + " says");
        }
        return tag.equals(TAGS + "str") || tag.equals(TAGS + "timestamp") ? null : literal;
    }

    private static @Nullable String plain(String value) {
        String word = WORDS.get(value);
        if (word != null) {
            return word;
        }
        char first = value.charAt(0);
        if (first == '.' || first == '+' || first == '-' || first >= '0' && first <= '9') {
            return number(value);
        }
        return null;
    }

    private static @Nullable String number(String value) {
        if (NOT_FINITE.matcher(value).matches()) {
            throw YamlBody.refused("JSON has no number " + value);
        }
        int digits = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean usual = c >= '0' && c <= '9'
                    || c >= 'a' && c <= 'f'
                    || c >= 'A' && c <= 'F'
                    || "xobXOB_.+-".indexOf(c) >= 0;
            if (!usual) {
                return null;
            }
            digits++;
        }
        if (digits > GoNumber.LONGEST) {
            // Go would take it for a float of value infinity, and so for a string.
            return null;
        }
        String plain = value.replace("_", "");
        String integer = integer(plain);
        if (integer != null) {
            return integer;
        }
        return FLOAT.matcher(plain).matches() ? decimal(plain) : null;
    }

    private static @Nullable String decimal(String plain) {
        double value = Double.parseDouble(plain);
        return Double.isInfinite(value) ? null : GoNumber.of(value);
    }

    /** Go's {@code strconv.ParseInt} with base 0, then {@code ParseUint}: up to 64 bits. */
    private static @Nullable String integer(String plain) {
        boolean negative = plain.startsWith("-");
        String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
        int radix = 10;
        if (digits.length() > 2 && digits.charAt(0) == '0') {
            radix = switch (digits.charAt(1)) {
                case 'x', 'X' -> 16;
                case 'o', 'O' -> 8;
                case 'b', 'B' -> 2;
                default -> 10;
            };
        }
        if (radix != 10) {
            digits = digits.substring(2);
        } else if (digits.length() > 1 && digits.charAt(0) == '0') {
            radix = 8;
        }
        if (digits.isEmpty() || digits.length() > 64 || Character.digit(digits.charAt(0), radix) < 0) {
            return null;
        }
        try {
            if (negative) {
                return Long.toString(Long.parseLong("-" + digits, radix));
            }
            String unsigned = Long.toUnsignedString(Long.parseUnsignedLong(digits, radix));
            return unsigned.length() <= 18 ? unsigned : GoNumber.canonical(unsigned);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
