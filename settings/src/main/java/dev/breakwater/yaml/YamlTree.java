package dev.breakwater.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A document with the lines in which its parts begin, counted from 1, and with every scalar as it is written. */
public sealed interface YamlTree {
    int line();

    /** As maps, lists, texts, numbers, Booleans and {@code null}. */
    @Nullable
    Object value(Reading reading);

    /**
     * @param plain without quotes and without a tag: what it is, is a question of the reading
     */
    record Scalar(String text, boolean plain, int line) implements YamlTree {
        @Override
        public @Nullable Object value(Reading reading) {
            return plain ? reading.value(text) : text;
        }

        /** Whether nothing stands there: {@code ~}, {@code null} or no character at all. */
        public boolean isNull() {
            return plain && Reading.isNull(text);
        }
    }

    record Sequence(List<YamlTree> items, int line) implements YamlTree {
        @Override
        public List<@Nullable Object> value(Reading reading) {
            List<@Nullable Object> values = new ArrayList<>(items.size());
            items.forEach(item -> values.add(item.value(reading)));
            return values;
        }
    }

    /**
     * @param entries in the order of the file
     */
    record Mapping(Map<String, Entry> entries, int line) implements YamlTree {
        @Override
        public Map<String, @Nullable Object> value(Reading reading) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            entries.forEach((key, entry) -> values.put(key, entry.value().value(reading)));
            return values;
        }
    }

    /** @param line of the key */
    record Entry(YamlTree value, int line) {}
}
