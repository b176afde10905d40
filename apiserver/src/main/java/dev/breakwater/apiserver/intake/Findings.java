package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a body has besides its content: violations of the schema, fields that the schema does not know, keys that occur twice.
 *
 * <p>Of each sort at most {@link #MOST} are kept, as in kube-apiserver, and the others are counted: a report of a million unknown
 * fields is answered with its first hundred. Each text is bounded too ({@link FieldPath}, {@link FieldError#quoted}).
 */
public final class Findings {
    static final int MOST = 100;

    private final List<FieldError> errors = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> duplicate = new ArrayList<>();
    private @Nullable FieldError ofMetadata;
    private long further;

    /** Whether one more violation is only counted; the text of it need not be made. */
    boolean enough() {
        return errors.size() >= MOST;
    }

    void error(FieldError error) {
        if (ofMetadata == null
                && (error.field().equals("metadata") || error.field().startsWith("metadata."))) {
            ofMetadata = error;
        }
        if (enough()) {
            further++;
        } else {
            errors.add(error);
        }
    }

    void oneMore() {
        further++;
    }

    void unknown(FieldPath path, String name) {
        keep(unknown, path, name);
    }

    void duplicate(FieldPath path, String name) {
        keep(duplicate, path, name);
    }

    /** The text is made only if it is kept: a path of 100 KB above a million fields would be 100 GB of text. */
    private void keep(List<String> texts, FieldPath path, String name) {
        if (texts.size() < MOST) {
            texts.add(path.child(name));
        } else {
            further++;
        }
    }

    void addAll(Findings other) {
        other.errors.forEach(this::error);
        addTexts(other.unknown, unknown);
        addTexts(other.duplicate, duplicate);
        further += other.further;
    }

    private void addTexts(List<String> from, List<String> to) {
        int room = Math.min(from.size(), MOST - to.size());
        to.addAll(from.subList(0, room));
        further += from.size() - room;
    }

    /** Violations of the schema outside of the metadata. */
    public List<FieldError> errors() {
        return errors;
    }

    /** The first violation in the metadata, however many others came before it. */
    public @Nullable FieldError ofMetadata() {
        return ofMetadata;
    }

    /** Whether a key occurred twice. */
    public boolean hasDuplicates() {
        return !duplicate.isEmpty();
    }

    /** Unknown and duplicate fields, each as kube-apiserver words it: {@code unknown field "report.x"}. */
    public List<String> strict() {
        List<String> texts = new ArrayList<>();
        unknown.forEach(path -> texts.add("unknown field " + FieldError.quoted(path)));
        duplicate.forEach(path -> texts.add("duplicate field " + FieldError.quoted(path)));
        return texts;
    }

    /** Findings that were counted only. */
    public long further() {
        return further;
    }

    /** Characters of all texts, near enough. */
    int length() {
        int length = 0;
        for (FieldError error : errors) {
            length += error.field().length() + error.message().length();
        }
        for (String text : unknown) {
            length += text.length();
        }
        for (String text : duplicate) {
            length += text.length();
        }
        return length;
    }
}
