package dev.breakwater.apiserver.selector;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A conjunction of terms on {@code metadata.name} and {@code metadata.namespace}: what custom resources can be selected by.
 *
 * @param terms all of them must hold; none selects everything
 */
public record FieldSelector(List<Term> terms) {
    public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

    record Term(boolean ofName, boolean equal, String value) {}

    /**
     * Parses the text form, such as {@code metadata.name=a,metadata.namespace!=b}; backslash escapes a comma, an equals sign and
     * itself.
     *
     * @param namespaced whether {@code metadata.namespace} is a field of the kind
     */
    public static FieldSelector parse(String text, boolean namespaced) throws SelectorException {
        List<Term> terms = new ArrayList<>();
        for (String part : split(text)) {
            if (!part.isEmpty()) {
                terms.add(term(text, part, namespaced));
            }
        }
        return terms.isEmpty() ? EVERYTHING : new FieldSelector(List.copyOf(terms));
    }

    public boolean isEverything() {
        return terms.isEmpty();
    }

    /**
     * @param namespace empty for cluster-scoped kinds
     */
    public boolean matches(String namespace, String name) {
        for (Term term : terms) {
            if ((term.ofName ? name : namespace).equals(term.value) != term.equal) {
                return false;
            }
        }
        return true;
    }

    /** The one name that can match, or {@code null}. */
    public @Nullable String exactName() {
        return exact(true);
    }

    /** The one namespace that can match, or {@code null}. */
    public @Nullable String exactNamespace() {
        return exact(false);
    }

    private @Nullable String exact(boolean name) {
        for (Term term : terms) {
            if (term.ofName == name && term.equal) {
                return term.value;
            }
        }
        return null;
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

    private static Term term(String selector, String part, boolean namespaced) throws SelectorException {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            boolean unequal = c == '!' && i + 1 < part.length() && part.charAt(i + 1) == '=';
            if (c == '=' || unequal) {
                boolean two = unequal || i + 1 < part.length() && part.charAt(i + 1) == '=';
                String field = part.substring(0, i);
                String value = unescape(part.substring(i + (two ? 2 : 1)));
                boolean ofName = field.equals("metadata.name");
                if (!ofName && !(namespaced && field.equals("metadata.namespace"))) {
                    throw new SelectorException("field label not supported: " + field);
                }
                return new Term(ofName, !unequal, value);
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
