package dev.breakwater.settings;

import java.util.List;
import java.util.Map;

/** A value as somebody wrote it, before it is read. */
public sealed interface Written {
    /** In a flag, in a variable, or as one scalar of the file, letter by letter: {@code 1.10} is not {@code 1.1}. */
    record Text(String text) implements Written {}

    /** A list of the file. */
    record Items(List<String> items) implements Written {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A map of the file, in its order; each key with one value or a list of them. */
    record Entries(Map<String, Written> entries) implements Written {}
}
