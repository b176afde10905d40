package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.schema.FieldType;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of fields as a tree: each node is a field that may be in the set, and has fields below it. A step is written as in FieldsV1:
 * {@code f:name}, {@code v:"value"} of a set, {@code k:{"uid":"..."}} of a list of objects.
 */
final class FieldSet {
    /** What comparisons say of a field; a set that is no comparison has {@link #ADDED} alone. */
    static final int ADDED = 1;

    static final int MODIFIED = 2;
    static final int REMOVED = 4;

    static final String SELF = ".";

    private final Toll toll;
    private int marks;
    private @Nullable Map<String, FieldSet> children;

    FieldSet(Toll toll) {
        this.toll = toll;
    }

    FieldSet mark(int mark) {
        marks |= mark;
        return this;
    }

    boolean isMember() {
        return marks != 0;
    }

    boolean hasChildren() {
        return children != null;
    }

    boolean isEmpty() {
        return marks == 0 && children == null;
    }

    @Nullable
    FieldSet child(String step) {
        return children == null ? null : children.get(step);
    }

    /** Puts a node that is not empty below this one. */
    void put(String step, FieldSet child) {
        if (children == null) {
            children = new HashMap<>();
        }
        if (children.put(step, child) == null) {
            toll.node(step);
        }
    }

    private void putUnlessEmpty(String step, @Nullable FieldSet child) {
        if (child != null && !child.isEmpty()) {
            put(step, child);
        }
    }

    /** Fields with one of {@code marks}. */
    FieldSet only(int wanted) {
        FieldSet kept = new FieldSet(toll);
        kept.marks = (marks & wanted) == 0 ? 0 : ADDED;
        members().forEach((step, child) -> kept.putUnlessEmpty(step, child.only(wanted)));
        return kept;
    }

    FieldSet union(@Nullable FieldSet other) {
        if (other == null || other.isEmpty()) {
            return this;
        }
        FieldSet all = new FieldSet(toll);
        all.marks = marks | other.marks;
        members().forEach((step, child) -> all.put(step, child.union(other.child(step))));
        other.members().forEach((step, child) -> {
            if (child(step) == null) {
                all.put(step, child);
            }
        });
        return all;
    }

    FieldSet difference(@Nullable FieldSet other) {
        if (other == null || other.isEmpty()) {
            return this;
        }
        FieldSet left = new FieldSet(toll);
        left.marks = other.isMember() ? 0 : marks;
        members().forEach((step, child) -> left.putUnlessEmpty(step, child.difference(other.child(step))));
        return left;
    }

    FieldSet intersection(FieldSet other) {
        FieldSet both = new FieldSet(toll);
        both.marks = other.isMember() ? marks : 0;
        members().forEach((step, child) -> {
            FieldSet there = other.child(step);
            both.putUnlessEmpty(step, there == null ? null : child.intersection(there));
        });
        return both;
    }

    /** Of a comparison: whether nothing was added or removed, and every field that changed is in {@code fieldsV1}. */
    boolean isModifiedWithin(JsonNode fieldsV1) {
        if (marks != 0 && (marks != MODIFIED || !fieldsV1.isEmpty() && !fieldsV1.has(SELF))) {
            return false;
        }
        for (Map.Entry<String, FieldSet> child : members().entrySet()) {
            JsonNode there = fieldsV1.get(child.getKey());
            if (there == null || !child.getValue().isModifiedWithin(there)) {
                return false;
            }
        }
        return true;
    }

    /** Takes a field out; what is below it stays. */
    void leaveOut(String step) {
        FieldSet child = child(step);
        if (children != null && child != null) {
            child.marks = 0;
            if (child.isEmpty()) {
                children.remove(step);
                children = children.isEmpty() ? null : children;
            }
        }
    }

    private Map<String, FieldSet> members() {
        return children == null ? Map.of() : children;
    }

    /** Every field in the set, those of one level first, as errors name them: {@code .report.scanner.name}. */
    void forEachPath(Consumer<String> visitor) {
        forEachPath(new StringBuilder(), visitor);
    }

    private void forEachPath(StringBuilder path, Consumer<String> visitor) {
        TreeMap<String, FieldSet> ordered = new TreeMap<>(JsonStrings.BY_UTF8);
        ordered.putAll(members());
        int length = path.length();
        ordered.forEach((step, child) -> {
            if (child.isMember()) {
                visitor.accept(path + PathStep.shown(step));
            }
        });
        ordered.forEach((step, child) -> {
            if (child.hasChildren()) {
                child.forEachPath(path.append(PathStep.shown(step)), visitor);
                path.setLength(length);
            }
        });
    }

    /** Characters of the set as JSON, near enough. */
    long length() {
        long length = 8;
        for (Map.Entry<String, FieldSet> child : members().entrySet()) {
            length += child.getKey().length() + 4 + child.getValue().length();
        }
        return length;
    }

    int depth() {
        int deepest = 0;
        for (FieldSet child : members().values()) {
            deepest = Math.max(deepest, child.depth());
        }
        return deepest + 1;
    }

    /** As FieldsV1. */
    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (isMember() && hasChildren()) {
            json.putObject(SELF);
        }
        members().forEach((step, child) -> {
            toll.node(step);
            json.set(step, child.toJson());
        });
        return json;
    }

    /**
     * Reads FieldsV1. Steps of a sort that is not known are passed over, as kube-apiserver does; what lies below a field that is
     * owned as a whole by now stands for that field.
     *
     * @throws IllegalArgumentException if it is none
     */
    static FieldSet of(JsonNode json, FieldType type, Toll toll) {
        FieldSet set = new FieldSet(toll);
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String step = member.getKey();
            if (step.equals(SELF)) {
                set.mark(ADDED);
                continue;
            }
            if (step.length() < 2 || step.charAt(1) != ':' || !member.getValue().isObject()) {
                throw new IllegalArgumentException("no FieldsV1");
            }
            if (PathStep.isKnown(step)) {
                set.put(step, child(member.getValue(), PathStep.type(step, type), toll));
            }
        }
        return set;
    }

    private static FieldSet child(JsonNode json, FieldType type, Toll toll) {
        if (json.isEmpty() || type.isWhole()) {
            return new FieldSet(toll).mark(ADDED);
        }
        FieldSet child = of(json, type, toll);
        return child.isEmpty() ? child.mark(ADDED) : child;
    }
}
