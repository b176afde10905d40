package dev.breakwater.cli.values;

import java.util.regex.Pattern;

/** What a person copies into a shell. */
public final class ShellWord {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

    private ShellWord() {}

    /** The text as one word of a POSIX shell: in quotes where it holds anything that the shell would read. */
    public static String of(Object value) {
        String text = value.toString();
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
