package dev.breakwater.apiserver.intake;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where in the object the reader is; becomes text only for a message. */
final class FieldPath {
    /** Most characters of a name in a message, and of a path: names come from the client and may be megabytes. */
    private static final int LONGEST_NAME = 256;

    private static final int LONGEST = 1024;

    private @Nullable String[] names = new @Nullable String[32];
    private int[] indexes = new int[32];
    private int depth;

    void enter(String name) {
        reserve();
        names[depth++] = name;
    }

    void enter(int index) {
        reserve();
        names[depth] = null;
        indexes[depth++] = index;
    }

    void index(int index) {
        indexes[depth - 1] = index;
    }

    void leave() {
        depth--;
    }

    void copyTo(FieldPath other) {
        other.names = names.clone();
        other.indexes = indexes.clone();
        other.depth = depth;
    }

    int depth() {
        return depth;
    }

    boolean inMetadata() {
        return depth > 0 && "metadata".equals(names[0]);
    }

    String child(String name) {
        String shown = shortened(name);
        return depth == 0 ? shown : this + "." + shown;
    }

    /** Such as {@code report.vulnerabilities[3].severity}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            if (text.length() > LONGEST) {
                return text.append("...").toString();
            }
            String name = names[i];
            if (name == null) {
                text.append('[').append(indexes[i]).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(shortened(name));
            }
        }
        return text.toString();
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }

    private void reserve() {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
        }
    }
}
