package dev.breakwater.settings;

import dev.breakwater.settings.Type.Shape;
import dev.breakwater.settings.Written.Entries;
import dev.breakwater.settings.Written.Items;
import dev.breakwater.settings.Written.Text;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The types that settings have. */
public final class Types {
    /** What YAML 1.1 took for the same: files that say so were understood before and are still. */
    private static final Set<String> YES = Set.of("true", "yes", "on");

    private static final Set<String> NO = Set.of("false", "no", "off");
    private static final String EQUALS = " with a value after the equals sign";

    private Types() {}

    public static Type<Boolean> yesOrNo() {
        return scalar("", Types::truth, String::valueOf, Map.of("type", "boolean"), Shape.SWITCH);
    }

    /** @param label such as {@code NAME} */
    public static Type<String> text(String label) {
        return scalar(label, text -> text, text -> text, Map.of("type", "string"), Shape.SCALAR);
    }

    /** A text that may be left out; an empty one is one. */
    public static Type<Optional<String>> perhapsText(String label) {
        return text(label).as(Optional::of, value -> value.orElse(""));
    }

    public static Type<Path> path(String label) {
        return text(label).as(Types::pathOf, Path::toString);
    }

    /** A path that may be left out. */
    public static Type<Optional<Path>> perhapsPath(String label) {
        return text(label)
                .as(
                        text -> Optional.of(pathOf(text)),
                        value -> value.map(Path::toString).orElse(""));
    }

    public static Type<Integer> number() {
        return scalar("N", Types::integer, String::valueOf, Map.of("type", "integer"), Shape.SCALAR);
    }

    public static Type<Long> longNumber() {
        return scalar("N", Types::longInteger, String::valueOf, Map.of("type", "integer"), Shape.SCALAR);
    }

    public static Type<Duration> duration() {
        Map<String, Object> schema = Map.of("type", "string", "pattern", "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$");
        return scalar("DURATION", Durations::read, Durations::words, schema, Shape.SCALAR);
    }

    /** A duration whose default depends on something else. */
    public static Type<Optional<Duration>> perhapsDuration() {
        return duration().as(Optional::of, value -> value.orElse(Duration.ZERO));
    }

    /** Time zones by their names: {@code UTC}, {@code Europe/Berlin}, {@code +02:00}. */
    public static Type<ZoneId> zone() {
        return scalar(
                "ZONE",
                Types::zoneOf,
                zone -> zone.getId().equals("Z") ? "UTC" : zone.getId(),
                Map.of("type", "string"),
                Shape.SCALAR);
    }

    /** One of some names, in any case. */
    public static <E> Type<E> choice(String label, Collection<E> values, Function<E, String> name) {
        List<String> names = values.stream().map(name).toList();
        return scalar(
                label,
                text -> values.stream()
                        .filter(value -> name.apply(value).equalsIgnoreCase(text.strip()))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "'" + text + "' is not known; allowed is one of " + String.join(", ", names))),
                name,
                Map.of("enum", names),
                Shape.SCALAR);
    }

    /** With commas in flags and variables; {@code \,} is a comma within a value. */
    public static <E> Type<List<E>> list(String label, Type<E> element) {
        return new Type<>(
                label,
                written -> items(written).stream()
                        .map(item -> element.read().apply(new Text(item)))
                        .toList(),
                values -> CommaText.join(values.stream().map(element.show()).toList()),
                Map.of("type", List.of("array", "string"), "items", element.schema()),
                Shape.LIST);
    }

    public static Type<List<String>> texts(String label) {
        return list(label, text("TEXT"));
    }

    /** As {@link #list}, without an order. */
    public static <E> Type<Set<E>> set(String label, Type<E> element) {
        return list(label, element).as(LinkedHashSet::new, List::copyOf);
    }

    /** In flags and variables {@code NAME=VALUE}, with commas; {@code \,} is a comma within a value. */
    public static Type<Map<String, String>> map(String label) {
        return new Type<>(
                label,
                written -> pairs(label, written),
                map -> CommaText.join(map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList()),
                Map.of("type", "object", "additionalProperties", Map.of("type", "string")),
                Shape.MAP);
    }

    /** Several values under a name: {@code shop=a,shop=b}, in the file {@code shop: [a, b]}. */
    public static Type<Map<String, List<String>>> lists(String label, String example) {
        return new Type<>(
                label,
                written -> namedLists(example, written),
                map -> CommaText.join(map.entrySet().stream()
                        .flatMap(entry -> entry.getValue().stream().map(value -> entry.getKey() + "=" + value))
                        .toList()),
                Map.of(
                        "type",
                        "object",
                        "additionalProperties",
                        Map.of("type", List.of("array", "string"), "items", Map.of("type", "string"))),
                Shape.MAP);
    }

    private static <T> Type<T> scalar(
            String label, Function<String, T> read, Function<T, String> show, Map<String, Object> schema, Shape shape) {
        return new Type<>(label, written -> read.apply(one(written)), show, schema, shape);
    }

    /** A list that stands where a text is wanted is the text that a flag would have: several repositories, for example. */
    private static String one(Written written) {
        return switch (written) {
            case Text(String text) -> text;
            case Items(List<String> items) -> String.join(",", items);
            case Entries _ -> throw new IllegalArgumentException("keys with values, where one value is expected");
        };
    }

    private static List<String> items(Written written) {
        return switch (written) {
            case Text(String text) -> CommaText.split(text);
            case Items(List<String> items) -> items;
            case Entries _ -> throw new IllegalArgumentException("keys with values, where a list is expected");
        };
    }

    private static Map<String, String> pairs(String label, Written written) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (written instanceof Entries(Map<String, Written> entries)) {
            entries.forEach((name, value) -> pairs.put(name, one(value)));
        } else {
            for (String item : items(written)) {
                int equals = item.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("'" + item + "' is not " + label + EQUALS);
                }
                pairs.put(
                        item.substring(0, equals).strip(),
                        item.substring(equals + 1).strip());
            }
        }
        return pairs;
    }

    private static Map<String, List<String>> namedLists(String example, Written written) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        if (written instanceof Entries(Map<String, Written> entries)) {
            entries.forEach((name, value) -> lists.put(name, items(value)));
        } else {
            for (String item : items(written)) {
                int equals = item.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException("'" + item + "' is no name with a value, such as " + example);
                }
                lists.computeIfAbsent(item.substring(0, equals).strip(), _ -> new ArrayList<>())
                        .add(item.substring(equals + 1).strip());
            }
        }
        return lists;
    }

    private static boolean truth(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (YES.contains(word) || NO.contains(word)) {
            return YES.contains(word);
        }
        throw new IllegalArgumentException("'" + text + "' is not a boolean: true or false");
    }

    private static int integer(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an integer of up to nine digits", e);
        }
    }

    private static long longInteger(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not an integer of up to eighteen digits", e);
        }
    }

    private static Path pathOf(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path", e);
        }
    }

    private static ZoneId zoneOf(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time zone such as UTC or Europe/Berlin", e);
        }
    }
}
