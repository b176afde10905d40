package dev.breakwater.yaml;

import java.math.BigInteger;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a scalar without quotes and without a tag is. Times and numbers to the base of 60 are texts in both. */
public enum Reading {
    /** YAML 1.2, core schema: {@code on} and {@code 12:30} are texts, {@code 010} is ten. For files of our own. */
    YAML_1_2(
            Map.of("true", true, "True", true, "TRUE", true, "false", false, "False", false, "FALSE", false),
            Pattern.compile("[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"),
            Pattern.compile("[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")) {
        @Override
        Number integer(String text) {
            if (text.startsWith("0o")) {
                return narrow(new BigInteger(text.substring(2), 8));
            }
            return text.startsWith("0x") ? narrow(new BigInteger(text.substring(2), 16)) : narrow(new BigInteger(text));
        }
    },

    /** YAML 1.1 as kubectl reads it: {@code on} is true and {@code 0644} octal, as the modes of volumes are written. For objects and kubeconfigs. */
    KUBERNETES(
            Map.ofEntries(
                    Map.entry("true", true),
                    Map.entry("True", true),
                    Map.entry("TRUE", true),
                    Map.entry("yes", true),
                    Map.entry("Yes", true),
                    Map.entry("YES", true),
                    Map.entry("on", true),
                    Map.entry("On", true),
                    Map.entry("ON", true),
                    Map.entry("false", false),
                    Map.entry("False", false),
                    Map.entry("FALSE", false),
                    Map.entry("no", false),
                    Map.entry("No", false),
                    Map.entry("NO", false),
                    Map.entry("off", false),
                    Map.entry("Off", false),
                    Map.entry("OFF", false)),
            Pattern.compile("[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)"),
            Pattern.compile(
                    "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?")) {
        @Override
        Number integer(String text) {
            String plain = text.replace("_", "");
            boolean negative = plain.startsWith("-");
            String digits = negative || plain.startsWith("+") ? plain.substring(1) : plain;
            BigInteger value;
            if (digits.startsWith("0b")) {
                value = new BigInteger(digits.substring(2), 2);
            } else if (digits.startsWith("0x")) {
                value = new BigInteger(digits.substring(2), 16);
            } else {
                value = new BigInteger(digits, digits.length() > 1 && digits.startsWith("0") ? 8 : 10);
            }
            return narrow(negative ? value.negate() : value);
        }
    };

    private static final Pattern NOT_FINITE = Pattern.compile("([-+]?)\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
    /** Beyond it a number is a text: nobody means it, and reading it takes quadratic time. */
    private static final int LONGEST_NUMBER = 400;

    private final Map<String, Boolean> words;
    private final Pattern integer;
    private final Pattern decimal;

    Reading(Map<String, Boolean> words, Pattern integer, Pattern decimal) {
        this.words = words;
        this.integer = integer;
        this.decimal = decimal;
    }

    /** @return {@code null}, a Boolean, a Number or the text itself */
    @Nullable
    Object value(String text) {
        if (isNull(text)) {
            return null;
        }
        Boolean word = words.get(text);
        if (word != null) {
            return word;
        }
        char first = text.charAt(0);
        if (text.length() > LONGEST_NUMBER
                || !(first == '-' || first == '+' || first == '.' || Character.isDigit(first))) {
            return text;
        }
        try {
            return number(text);
        } catch (NumberFormatException e) {
            // Only underscores where digits should be.
            return text;
        }
    }

    static boolean isNull(String text) {
        return text.isEmpty() || text.equals("~") || text.equals("null") || text.equals("Null") || text.equals("NULL");
    }

    abstract Number integer(String text);

    private Object number(String text) {
        if (integer.matcher(text).matches()) {
            return integer(text);
        }
        if (decimal.matcher(text).matches()) {
            return Double.parseDouble(text.replace("_", ""));
        }
        Matcher infinite = NOT_FINITE.matcher(text);
        if (infinite.matches()) {
            if (infinite.group(1) == null) {
                return Double.NaN;
            }
            return infinite.group(1).equals("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return text;
    }

    private static Number narrow(BigInteger value) {
        if (value.bitLength() < 32) {
            return value.intValue();
        }
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }
}
