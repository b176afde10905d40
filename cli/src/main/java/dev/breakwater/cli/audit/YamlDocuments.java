package dev.breakwater.cli.audit;

import java.io.BufferedReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a YAML stream into the texts of its documents, as kubectl does before it parses: what is wrong with one of them ends with it, and the next can
 * be read. No scalar can hold such a line: YAML forbids it at the beginning of a line (YAML 1.2.2, 9.1.2).
 */
final class YamlDocuments {
    private static final String MARK = "\uFEFF";

    private final BufferedReader lines;
    private int line = 1;
    /** The separator that ended the text before, and begins the next. */
    private @Nullable String carried;

    YamlDocuments(BufferedReader lines) {
        this.lines = lines;
    }

    /** @param line of the stream in which the text begins, counted from 1 */
    record Text(String text, int line) {}

    /** The next text, with its separator; {@code null} at the end. */
    @Nullable
    Text next() throws IOException {
        int begin = line;
        StringBuilder text = new StringBuilder();
        boolean directives = true;
        String next = carried != null ? carried : lines.readLine();
        carried = null;
        boolean first = true;
        for (; next != null; next = lines.readLine()) {
            // Files with byte order marks that were written one after the other.
            next = next.startsWith(MARK) ? next.substring(MARK.length()) : next;
            boolean separator = is(next, "---");
            if (separator && !first && !directives) {
                carried = next;
                return new Text(text.toString(), begin);
            }
            text.append(next).append('\n');
            line++;
            if (is(next, "...")) {
                return new Text(text.toString(), begin);
            }
            directives = directives && !separator && (next.isBlank() || next.startsWith("%") || next.startsWith("#"));
            first = false;
        }
        return first ? null : new Text(text.toString(), begin);
    }

    private static boolean is(String line, String marker) {
        return line.startsWith(marker) && (line.length() == 3 || Character.isWhitespace(line.charAt(3)));
    }

    /** Whether it reads like a template of Helm, which becomes YAML only when it is rendered. */
    static boolean isTemplate(String text) {
        return text.contains("{{") && text.contains("}}");
    }
}
