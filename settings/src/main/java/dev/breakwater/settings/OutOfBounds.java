package dev.breakwater.settings;

import java.util.List;
import java.util.stream.Collectors;

/** Settings whose values are not allowed: all of a program's at once. */
public final class OutOfBounds extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<Wrong> all;

    /**
     * A value that is not allowed.
     *
     * @param key such as {@code jobs.concurrent}
     * @param value as it is shown
     * @param allowed such as "1 to 200"
     */
    public record Wrong(String key, String value, String allowed) {
        /** @param name of the setting where it was set, such as a flag */
        public String words(String name) {
            return name + " is " + value + "; allowed is " + allowed;
        }
    }

    public OutOfBounds(List<Wrong> all) {
        super(all.stream().map(wrong -> wrong.words(wrong.key())).collect(Collectors.joining("; ")));
        this.all = List.copyOf(all);
    }

    public List<Wrong> all() {
        return all;
    }
}
