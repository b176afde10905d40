package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.request.Target.SelectorTerm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Selectors as far as authorisation needs them. It judges nothing: a selector that cannot be read gives no terms, the review is
 * made without them (and so for more than is asked), and the endpoint refuses the request (k8s-wire 2.4).
 */
final class SelectorTerms {
    private static final Pattern SET = Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*");
    private static final Pattern EQUALITY = Pattern.compile("\\s*([^\\s=!<>]+)\\s*(==|=|!=)\\s*([^\\s=!<>]*)\\s*");
    private static final Pattern EXISTENCE = Pattern.compile("\\s*(!?)\\s*([^\\s=!<>(),]+)\\s*");
    private static final Pattern COMPARISON = Pattern.compile("\\s*[^\\s=!<>]+\\s*[<>]\\s*-?\\d+\\s*");
    /** A comma that is not within parentheses. */
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    private SelectorTerms() {}

    static List<SelectorTerm> fields(@Nullable String selector) {
        List<SelectorTerm> terms = new ArrayList<>();
        for (String term : selector == null || selector.isBlank() ? new String[0] : selector.split("(?<!\\\\),")) {
            int operator = term.indexOf('=');
            if (operator <= 0) {
                return List.of();
            }
            boolean negative = term.charAt(operator - 1) == '!';
            boolean doubled = term.startsWith("==", operator);
            String key = term.substring(0, negative ? operator - 1 : operator);
            String value = term.substring(operator + (doubled ? 2 : 1)).replaceAll("\\\\([\\\\,=])", "$1");
            terms.add(new SelectorTerm(key, negative ? "NotIn" : "In", List.of(value)));
        }
        return List.copyOf(terms);
    }

    static List<SelectorTerm> labels(@Nullable String selector) {
        List<SelectorTerm> terms = new ArrayList<>();
        for (String term : selector == null || selector.isBlank() ? new String[0] : COMMA.split(selector)) {
            Matcher set = SET.matcher(term);
            Matcher equality = EQUALITY.matcher(term);
            Matcher existence = EXISTENCE.matcher(term);
            if (set.matches()) {
                List<String> values = Arrays.stream(set.group(3).split(",", -1))
                        .map(String::strip)
                        .sorted()
                        .toList();
                terms.add(new SelectorTerm(set.group(1), set.group(2).equals("in") ? "In" : "NotIn", values));
            } else if (equality.matches()) {
                boolean negative = equality.group(2).equals("!=");
                terms.add(new SelectorTerm(equality.group(1), negative ? "NotIn" : "In", List.of(equality.group(3))));
            } else if (existence.matches()) {
                terms.add(new SelectorTerm(
                        existence.group(2), existence.group(1).isEmpty() ? "Exists" : "DoesNotExist", List.of()));
            } else if (!COMPARISON.matcher(term).matches()) {
                return List.of();
            }
        }
        return List.copyOf(terms);
    }
}
