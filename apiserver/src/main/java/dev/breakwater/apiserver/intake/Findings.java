package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/**
 * What a body has besides its content: violations of the schema, fields that the schema does not know, keys that occur twice.
 *
 * <p>Of each sort at most {@link #MOST} are kept: a report of 10,000 wrong elements is answered with its first hundred.
 */
public final class Findings {
    static final int MOST = 100;

    private final List<FieldError> errors = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> duplicate = new ArrayList<>();

    void error(FieldError error) {
        if (errors.size() < MOST) {
            errors.add(error);
        }
    }

    void unknown(String path) {
        if (unknown.size() < MOST) {
            unknown.add(path);
        }
    }

    void duplicate(String path) {
        if (duplicate.size() < MOST) {
            duplicate.add(path);
        }
    }

    void addAll(Findings other) {
        other.errors.forEach(this::error);
        other.unknown.forEach(this::unknown);
        other.duplicate.forEach(this::duplicate);
    }

    /** Violations of the schema outside of the metadata. */
    public List<FieldError> errors() {
        return errors;
    }

    /** Unknown and duplicate fields, each as kube-apiserver words it: {@code unknown field "report.x"}. */
    public List<String> strict() {
        List<String> texts = new ArrayList<>();
        unknown.forEach(path -> texts.add("unknown field " + FieldError.quoted(path)));
        duplicate.forEach(path -> texts.add("duplicate field " + FieldError.quoted(path)));
        return texts;
    }
}
