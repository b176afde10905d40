package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.object.ObjectMeta;
import dev.breakwater.apiserver.schema.FieldType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The managers of one object: what {@code metadata.managedFields} says, made ready for changes. */
final class Managers {
    /** Entries of updates that are kept apart, as in kube-apiserver; older ones become one. */
    private static final int MOST_UPDATERS = 10;

    private static final String ANCIENT = "ancient-changes";
    /** More is not kept: managed fields are no reason for which an object may become unreadable. */
    static final long LONGEST = 512 * 1024;
    /** What is sent back to us in a body may nest as deep as bodies may. */
    static final int DEEPEST = 400;

    /** @param apiVersion empty of those that apply: they are the same manager in every version */
    record Identity(String manager, boolean applies, String apiVersion, String subresource) {
        /** The order in which kube-apiserver tells of managers. */
        static final Comparator<Identity> ORDER = Comparator.comparing(Identity::manager)
                .thenComparing(identity -> !identity.applies)
                .thenComparing(Identity::apiVersion)
                .thenComparing(Identity::subresource);
    }

    /** @param time {@code null} of one that never changed anything */
    record Entry(String apiVersion, @Nullable Instant time, FieldSet set) {
        Entry with(FieldSet changed) {
            return new Entry(apiVersion, time, changed);
        }

        long seconds() {
            return time == null ? 0 : time.getEpochSecond();
        }
    }

    private final Map<Identity, Entry> entries = new LinkedHashMap<>();
    private boolean told;

    Map<Identity, Entry> entries() {
        return entries;
    }

    /** Whether no manager was told of, not even one of a version that is not served. */
    boolean isSilent() {
        return entries.isEmpty() && !told;
    }

    void put(Identity identity, Entry entry) {
        if (entry.set().isEmpty()) {
            entries.remove(identity);
        } else {
            entries.put(identity, entry);
        }
    }

    /**
     * Reads managed fields. Fields of versions that are not served are nobody's.
     *
     * @param managedFields missing for none
     * @throws IllegalArgumentException if one entry is wrong
     */
    static Managers of(JsonNode managedFields, FieldType type, String served, Toll toll) {
        Managers managers = new Managers();
        for (JsonNode entry : managedFields) {
            String operation = entry.path("operation").asText();
            String apiVersion = entry.path("apiVersion").asText();
            boolean applies = operation.equals("Apply");
            if (!applies && !operation.equals("Update")
                    || apiVersion.isEmpty()
                    || !entry.path("fieldsType").asText().equals("FieldsV1")) {
                throw new IllegalArgumentException("an entry without operation, apiVersion or fieldsType");
            }
            FieldSet set = FieldSet.of(entry.path("fieldsV1"), type, toll);
            managers.told = true;
            if (apiVersion.equals(served)) {
                Identity identity = new Identity(
                        entry.path("manager").asText(),
                        applies,
                        applies ? "" : apiVersion,
                        entry.path("subresource").asText());
                managers.entries.put(identity, new Entry(apiVersion, time(entry.path("time")), set));
            }
        }
        return managers;
    }

    private static @Nullable Instant time(JsonNode time) {
        if (time.asText().isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(time.asText()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("a time that is none", e);
        }
    }

    /** What all of them own. */
    FieldSet union(Toll toll) {
        FieldSet all = new FieldSet(toll);
        for (Entry entry : entries.values()) {
            all = all.union(entry.set());
        }
        return all;
    }

    /** Takes fields from everybody but {@code keeper}, if one is named; who has none left is gone. */
    void take(FieldSet changed, @Nullable Identity keeper) {
        for (Identity identity : List.copyOf(entries.keySet())) {
            Entry entry = entries.get(identity);
            if (entry != null && !identity.equals(keeper)) {
                put(identity, entry.with(entry.set().difference(changed)));
            }
        }
    }

    /** Makes one entry of the oldest updates. */
    void cap() {
        List<Identity> updaters = new ArrayList<>(
                entries.keySet().stream().filter(one -> !one.applies()).toList());
        if (updaters.size() <= MOST_UPDATERS) {
            return;
        }
        updaters.sort(Comparator.<Identity>comparingLong(
                        one -> entries.getOrDefault(one, NOTHING).seconds())
                .thenComparing(Identity.ORDER));
        int left = updaters.size();
        Map<String, Identity> first = new HashMap<>();
        for (Identity updater : updaters) {
            if (left <= MOST_UPDATERS) {
                return;
            }
            Identity before = first.putIfAbsent(updater.apiVersion(), updater);
            if (before == null) {
                continue;
            }
            Identity bucket = new Identity(ANCIENT, false, updater.apiVersion(), "");
            Entry older = entries.remove(before);
            Entry merged = older == null ? entries.get(bucket) : older;
            Entry newer = entries.remove(updater);
            if (merged != null && newer != null) {
                entries.put(
                        bucket,
                        new Entry(newer.apiVersion(), newer.time(), newer.set().union(merged.set())));
            }
            left--;
        }
    }

    private static final Entry NOTHING =
            new Entry("", null, new FieldSet(new Toll(dev.breakwater.apiserver.json.Allowance.UNLIMITED)));

    /** As {@code metadata.managedFields}; {@code null} for none, and for more than is kept. */
    @Nullable
    ArrayNode toJson() {
        long length = entries.values().stream()
                .mapToLong(entry -> entry.set().length())
                .sum();
        if (entries.isEmpty()
                || length > LONGEST
                || entries.values().stream().anyMatch(entry -> entry.set().depth() > DEEPEST)) {
            return null;
        }
        List<Map.Entry<Identity, Entry>> ordered = new ArrayList<>(entries.entrySet());
        ordered.sort(Comparator.<Map.Entry<Identity, Entry>, Boolean>comparing(
                        one -> !one.getKey().applies())
                .thenComparing(one -> one.getValue().seconds())
                .thenComparing(one -> one.getKey().manager())
                .thenComparing(one -> one.getValue().apiVersion())
                .thenComparing(one -> one.getKey().subresource()));
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        ordered.forEach(one -> json.add(entry(
                one.getKey(),
                one.getValue().apiVersion(),
                one.getValue().time(),
                one.getValue().set().toJson())));
        return json;
    }

    static ObjectNode entry(Identity identity, String apiVersion, @Nullable Instant time, ObjectNode fields) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("manager", identity.manager());
        json.put("operation", identity.applies() ? "Apply" : "Update");
        json.put("apiVersion", apiVersion);
        if (time != null) {
            json.put("time", ObjectMeta.timestamp(time));
        }
        json.put("fieldsType", "FieldsV1");
        json.set("fieldsV1", fields);
        if (!identity.subresource().isEmpty()) {
            json.put("subresource", identity.subresource());
        }
        return json;
    }
}
