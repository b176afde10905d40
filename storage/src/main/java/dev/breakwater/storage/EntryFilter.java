package dev.breakwater.storage;

import java.util.Map;

/** The whole selector of a list, evaluated in Java by the code that watches use (store.md 9). */
@FunctionalInterface
public interface EntryFilter {
    EntryFilter ALL = (key, labels) -> true;

    /** Whether the object under {@code key} with {@code labels} is selected. Pure and quick: called for every scanned row. */
    boolean matches(String key, Map<String, String> labels);
}
