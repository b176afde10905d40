package dev.breakwater.settings;

import java.util.List;
import java.util.Map;

/** A value as somebody wrote it, before it is read. */
public sealed interface Written {
    /** In a flag, in a variable, or as one scalar of the file, letter by letter: {@code 1.10} is not {@code 1.1}. */
    record Text(String text) implements Written {}

    /** A list of the file, or a flag that is given several times. */
    record Items(List<String> items) implements Written {
        public Items {
            items = List.copyOf(items);
        }

        /** Of texts of which each may have several items, with commas. */
        public static Items ofTexts(List<String> texts) {
            return new Items(texts.stream()
                    .flatMap(text -> CommaText.split(text).stream())
                    .toList());
        }
    }

    /** A map of the file, in its order; each key with one value or a list of them. */
    record Entries(Map<String, Written> entries) implements Written {}
}
