package dev.breakwater.apiserver.selector;

import java.util.ArrayList;
import java.util.List;

/**
 * A term of a field selector, of whatever field.
 *
 * @param equal whether the field must have the value, or must not
 */
public record FieldTerm(String field, boolean equal, String value) {
    /**
     * Parses the text form, such as {@code metadata.name=a,metadata.namespace!=b}; backslash escapes a comma, an equals sign and
     * itself.
     */
    public static List<FieldTerm> parse(String text) throws SelectorException {
        List<FieldTerm> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (!part.isEmpty()) {
                terms.add(term(text, part));
            }
        }
        return List.copyOf(terms);
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == ',') {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static FieldTerm term(String selector, String part) throws SelectorException {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean unequal = c == '!' && i + 1 < part.length() && part.charAt(i + 1) == '=';
            if (c == '=' || unequal) {
                boolean two = unequal || i + 1 < part.length() && part.charAt(i + 1) == '=';
                return new FieldTerm(part.substring(0, i), !unequal, unescape(part.substring(i + (two ? 2 : 1))));
            }
        }
        throw new SelectorException("invalid selector: '" + selector + "'; can't understand '" + part + "'");
    }

    private static String unescape(String value) throws SelectorException {
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                char escaped = i < value.length() ? value.charAt(i) : 0;
                if (escaped != '\\' && escaped != ',' && escaped != '=') {
                    throw new SelectorException("invalid field selector: invalid escape sequence in '" + value + "'");
                }
                plain.append(escaped);
            } else if (c == ',' || c == '=') {
                throw new SelectorException("invalid field selector: unescaped '" + c + "' in value '" + value + "'");
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
