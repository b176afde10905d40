package dev.breakwater.apiserver.selector;

import org.jspecify.annotations.Nullable;

/**
 * The syntax of names, label keys and label values (apimachinery util/validation). Each check returns what is wrong, or
 * {@code null}.
 */
public final class Names {
    private static final String LABEL_VALUE =
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                    + " with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                    + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static final String QUALIFIED_NAME =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                    + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end"
                    + " with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an"
                    + " alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private Names() {}

    /** Label and annotation keys, finalizers: {@code [prefix/]name}. */
    public static @Nullable String qualifiedName(String text) {
        int slash = text.indexOf('/');
        String name = text.substring(slash + 1);
        if (slash >= 0) {
            if (name.indexOf('/') >= 0) {
                return "a qualified name " + QUALIFIED_NAME.substring("name part ".length())
                        + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            }
            String prefix = text.substring(0, slash);
            if (prefix.isEmpty()) {
                return "prefix part must be non-empty";
            }
            String wrong = subdomain(prefix);
            if (wrong != null) {
                return "prefix part " + wrong;
            }
        }
        if (name.isEmpty()) {
            return "name part must be non-empty";
        }
        if (name.length() > 63) {
            return "name part must be no more than 63 characters";
        }
        return isWord(name) ? null : QUALIFIED_NAME;
    }

    public static @Nullable String labelValue(String text) {
        if (text.length() > 63) {
            return "must be no more than 63 characters";
        }
        return text.isEmpty() || isWord(text) ? null : LABEL_VALUE;
    }

    /** DNS-1123 subdomain: object names. */
    public static @Nullable String subdomain(String text) {
        if (text.length() > 253) {
            return "must be no more than 253 characters";
        }
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (!isDnsLabel(text, start, i)) {
                    return SUBDOMAIN;
                }
                start = i + 1;
            }
        }
        return null;
    }

    /** DNS-1123 label: namespaces. */
    public static @Nullable String label(String text) {
        if (text.length() > 63) {
            return "must be no more than 63 characters";
        }
        return isDnsLabel(text, 0, text.length()) ? null : LABEL;
    }

    private static boolean isDnsLabel(String text, int from, int to) {
        if (from >= to || text.charAt(from) == '-' || text.charAt(to - 1) == '-') {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isWord(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            boolean inner = i > 0 && i < text.length() - 1 && (c == '-' || c == '_' || c == '.');
            if (!alphanumeric && !inner) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
