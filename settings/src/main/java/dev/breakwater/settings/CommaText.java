package dev.breakwater.settings;

import java.util.ArrayList;
import java.util.List;

/** Several values in one text, as flags and variables have them: commas between, {@code \,} for a comma within. */
final class CommaText {
    private CommaText() {}

    /** Without blanks around; nothing for a blank text. */
    static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        if (text.isBlank()) {
            return parts;
        }
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == ',') {
                part.append(',');
                i++;
            } else if (c == ',') {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString().strip());
        return parts;
    }

    static String join(List<String> parts) {
        return String.join(
                ",", parts.stream().map(part -> part.replace(",", "\\,")).toList());
    }
}
