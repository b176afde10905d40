package dev.breakwater.apiserver.selector;

import dev.breakwater.apiserver.selector.LabelSelector.Requirement;
import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recursive descent over the grammar of apimachinery's labels.Parse. */
final class LabelSelectorParser {
    private static final String END = "";

    private final String text;
    private int next;
    private String token = END;
    private boolean word;

    LabelSelectorParser(String text) {
        this.text = text;
    }

    List<Requirement> parse() throws SelectorException {
        List<Requirement> requirements = new ArrayList<>();
        advance();
        while (!token.equals(END)) {
            if (!word && !token.equals("!")) {
                throw expected("!, identifier, or 'end of string'");
            }
            requirements.add(requirement());
            SelectorException.checkTerms("label", requirements.size());
            if (token.equals(END)) {
                break;
            }
            if (!token.equals(",")) {
                throw expected("',' or 'end of string'");
            }
            advance();
            if (!word && !token.equals("!")) {
                throw expected("identifier after ','");
            }
        }
        return List.copyOf(requirements);
    }

    private Requirement requirement() throws SelectorException {
        boolean absent = token.equals("!");
        if (absent) {
            advance();
        }
        String key = take();
        check("key", key, Names.qualifiedName(key));
        if (absent) {
            return new LabelSelector.Absent(key);
        }
        if (token.equals(END) || token.equals(",")) {
            return new LabelSelector.Exists(key);
        }
        String operator = token;
        advance();
        return switch (operator) {
            case "=", "==" -> new LabelSelector.In(key, Set.of(exactValue(key)));
            case "!=" -> new LabelSelector.NotIn(key, Set.of(exactValue(key)));
            case "in" -> new LabelSelector.In(key, values(key));
            case "notin" -> new LabelSelector.NotIn(key, values(key));
            case ">", "<" -> new LabelSelector.Compared(key, operator.equals(">"), bound(key));
            default ->
                throw new SelectorException("unable to parse requirement: found '" + FieldError.shown(operator)
                        + "', expected: in, notin, =, ==, !=, gt, lt");
        };
    }

    private String exactValue(String key) throws SelectorException {
        String value = token.equals(END) || token.equals(",") ? "" : take();
        check("value of " + FieldError.shown(key), value, Names.labelValue(value));
        return value;
    }

    private long bound(String key) throws SelectorException {
        String value = exactValue(key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new SelectorException("values[0]: Invalid value: \"" + value
                    + "\": for 'Gt', 'Lt' operators, the value must be an integer");
        }
    }

    /** A list in parentheses; nothing between two commas is the empty value, and so is nothing at all: {@code a in ()}. */
    private Set<String> values(String key) throws SelectorException {
        if (!token.equals("(")) {
            throw expected("'('");
        }
        advance();
        Set<String> values = new LinkedHashSet<>();
        while (true) {
            String value = token.equals(",") || token.equals(")") ? "" : take();
            check("value of " + FieldError.shown(key), value, Names.labelValue(value));
            values.add(value);
            if (token.equals(")")) {
                advance();
                // Not Set.copyOf: values that collide, which clients can choose, are found one by one there.
                return Collections.unmodifiableSet(values);
            }
            if (!token.equals(",")) {
                throw expected("',' or ')'");
            }
            advance();
        }
    }

    private String take() throws SelectorException {
        if (!word) {
            throw expected("identifier");
        }
        String taken = token;
        advance();
        return taken;
    }

    private void advance() {
        while (next < text.length() && isSpace(text.charAt(next))) {
            next++;
        }
        int start = next;
        word = false;
        if (next == text.length()) {
            token = END;
        } else if (isSpecial(text.charAt(next))) {
            next++;
            char first = text.charAt(start);
            if ((first == '=' || first == '!') && next < text.length() && text.charAt(next) == '=') {
                next++;
            }
            token = text.substring(start, next);
        } else {
            while (next < text.length() && !isSpace(text.charAt(next)) && !isSpecial(text.charAt(next))) {
                next++;
            }
            token = text.substring(start, next);
            word = true;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSpecial(char c) {
        return "=!(),><".indexOf(c) >= 0;
    }

    private SelectorException expected(String what) {
        return new SelectorException(
                "unable to parse requirement: found '" + FieldError.shown(token) + "', expected: " + what);
    }

    private static void check(String what, String value, @Nullable String wrong) throws SelectorException {
        if (wrong != null) {
            throw new SelectorException("unable to parse requirement: " + what + ": Invalid value: "
                    + FieldError.quoted(value) + ": " + wrong);
        }
    }
}
