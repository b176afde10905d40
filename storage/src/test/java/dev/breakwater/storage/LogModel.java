package dev.breakwater.storage;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the store promises, in the plainest way: a list of changes. */
final class LogModel {
    private final List<Event> events = new ArrayList<>();
    private final Map<String, State> live = new HashMap<>();

    /** @param content text of the bulk, or {@code null} for none */
    record State(
            long revision,
            int kind,
            String key,
            Map<String, String> labels,
            @Nullable String content) {}

    /** @param state after the change; for a deletion the last one, under the revision of the deletion */
    record Event(Change.Type type, State state, long previous, Map<String, String> previousLabels) {}

    private static String id(KindId kind, String key) {
        return kind.number() + " " + key;
    }

    @Nullable
    State get(KindId kind, String key) {
        return live.get(id(kind, key));
    }

    /** Answers as the store must; {@code next} is the revision that an applied write gets. */
    WriteOutcome write(Write write, @Nullable String content, long next) {
        State now = live.get(id(write.kind(), write.key()));
        return switch (write) {
            case Write.Create create -> {
                if (now != null) {
                    yield new WriteOutcome.AlreadyExists(now.revision);
                }
                apply(
                        Change.Type.ADDED,
                        null,
                        new State(
                                next,
                                create.kind().number(),
                                create.key(),
                                create.head().labels(),
                                content));
                yield new WriteOutcome.Applied(next);
            }
            case Write.Replace replace -> {
                if (now == null) {
                    yield new WriteOutcome.Missing();
                }
                if (now.revision != replace.expected()) {
                    yield new WriteOutcome.Conflict(now.revision);
                }
                String kept = replace.bulk() instanceof Bulk.Unchanged ? now.content : content;
                apply(
                        Change.Type.MODIFIED,
                        now,
                        new State(
                                next,
                                replace.kind().number(),
                                replace.key(),
                                replace.head().labels(),
                                kept));
                yield new WriteOutcome.Applied(next);
            }
            case Write.Delete delete -> {
                if (now == null) {
                    yield new WriteOutcome.Missing();
                }
                if (now.revision != delete.expected()) {
                    yield new WriteOutcome.Conflict(now.revision);
                }
                State last = new State(next, now.kind, now.key, now.labels, now.content);
                events.add(new Event(Change.Type.DELETED, last, now.revision, now.labels));
                live.remove(id(delete.kind(), delete.key()));
                yield new WriteOutcome.Applied(next);
            }
        };
    }

    private void apply(Change.Type type, @Nullable State before, State after) {
        events.add(new Event(
                type, after, before == null ? 0 : before.revision, before == null ? Map.of() : before.labels));
        live.put(after.kind + " " + after.key, after);
    }

    List<Event> after(KindId kind, long revision) {
        return events.stream()
                .filter(event -> event.state.kind == kind.number() && event.state.revision > revision)
                .toList();
    }

    /** The objects of a kind as they were at a revision, in key order. Keys of the test are ASCII, so Java's order is the bytes'. */
    List<State> at(KindId kind, long revision) {
        TreeMap<String, State> states = new TreeMap<>();
        for (Event event : events) {
            if (event.state.kind == kind.number() && event.state.revision <= revision) {
                if (event.type == Change.Type.DELETED) {
                    states.remove(event.state.key);
                } else {
                    states.put(event.state.key, event.state);
                }
            }
        }
        return List.copyOf(states.values());
    }
}
