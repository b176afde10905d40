package dev.breakwater.controller.naming;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What somebody wrote for a report's object to be: the Deployment behind a ReplicaSet, the CronJob behind a Job, else the object itself. Reports are labelled
 * with it, because the name of a ReplicaSet is nobody's to know and changes with every rollout.
 */
public record TopOwner(String kind, String name) {
    public static final String KIND = "breakwater.dev/owner-kind";
    /** Label when the name is a valid label value, otherwise an annotation of the same key. */
    public static final String NAME = "breakwater.dev/owner-name";
    /** Label that stands in for {@link #NAME} when the name is no valid label value. */
    public static final String NAME_HASH = "breakwater.dev/owner-name-hash";

    /** The labels, in a fixed order. */
    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(KIND, kind);
        if (ReportNames.isLabelValue(name)) {
            labels.put(NAME, name);
        } else {
            labels.put(NAME_HASH, SafeHash.ofString(name));
        }
        return labels;
    }

    /** The annotations; none unless the name is no valid label value. */
    public Map<String, String> annotations() {
        return ReportNames.isLabelValue(name) ? Map.of() : Map.of(NAME, name);
    }

    /** @param label the value of a label; empty where there is none */
    public boolean isSaidBy(UnaryOperator<String> label) {
        Map<String, String> wanted = labels();
        return Stream.of(KIND, NAME, NAME_HASH).allMatch(key -> label.apply(key).equals(wanted.getOrDefault(key, "")));
    }

    /** Puts labels and annotations in place of what an object's metadata says of its owner. */
    public void writeTo(ObjectNode metadata) {
        ObjectNode labels = metadata.withObject("/labels");
        labels.remove(NAME);
        labels.remove(NAME_HASH);
        labels().forEach(labels::put);
        annotations()
                .forEach((key, value) -> metadata.withObject("/annotations").put(key, value));
    }

    /** As a JSON merge patch (RFC 7386) of an object: nothing but metadata, so that a report's content is neither sent nor written anew. */
    public ObjectNode patch(ObjectNode empty) {
        ObjectNode metadata = empty.putObject("metadata");
        ObjectNode labels = metadata.putObject("labels");
        labels.putNull(NAME).putNull(NAME_HASH);
        labels().forEach(labels::put);
        annotations()
                .forEach((key, value) -> metadata.withObject("/annotations").put(key, value));
        return empty;
    }
}
