package dev.breakwater.bench.compare;

import java.util.Locale;

/** A kind of work that is measured. */
public enum Row {
    CREATE,
    RESCAN,
    TABLE,
    METADATA,
    PAGES,
    LIST,
    SELECTOR,
    GET,
    WATCH;

    /** As the user writes it after {@code --only}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
