package dev.breakwater.cli.logging;

/** How a log line looks. */
public enum LogFormat {
    /** For people: time, level, where, message. */
    text,
    /** For collectors: one JSON object per line. */
    json
}
