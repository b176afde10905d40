package dev.breakwater.apiserver.selector;

import dev.breakwater.apiserver.status.FieldError;
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
        SelectorException.checkLength("field", text);
        List<FieldTerm> terms = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ',') {
                if (i > start) {
                    terms.add(term(text, text.substring(start, i)));
                    SelectorException.checkTerms("field", terms.size());
                }
                start = i + 1;
            } else if (text.charAt(i) == '\\') {
                i++;
            }
        }
        if (start < text.length()) {
            terms.add(term(text, text.substring(start)));
        }
        return List.copyOf(terms);
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
        throw new SelectorException("invalid selector: '" + FieldError.shown(selector) + "'; can't understand '"
                + FieldError.shown(part) + "'");
    }

    private static String unescape(String value) throws SelectorException {
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                char escaped = i < value.length() ? value.charAt(i) : 0;
                if (escaped != '\\' && escaped != ',' && escaped != '=') {
                    throw new SelectorException(
                            "invalid field selector: invalid escape sequence in '" + FieldError.shown(value) + "'");
                }
                plain.append(escaped);
            } else if (c == ',' || c == '=') {
                throw new SelectorException(
                        "invalid field selector: unescaped '" + c + "' in value '" + FieldError.shown(value) + "'");
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
