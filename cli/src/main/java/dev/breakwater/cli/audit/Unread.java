package dev.breakwater.cli.audit;

/**
 * Something that was to be audited and could not be, or not without doubt.
 *
 * @param file as given on the command line or found below it; {@code -} for standard input
 * @param line where, counted from 1; 0 where no line can be named
 * @param reason in words that follow "FILE:LINE: "
 */
record Unread(String file, int line, String reason) {
    @Override
    public String toString() {
        String name = file.equals("-") ? "standard input" : file;
        return (line > 0 ? name + ":" + line + ": " : name + ": ") + reason;
    }
}
