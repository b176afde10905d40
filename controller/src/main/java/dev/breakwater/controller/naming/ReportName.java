package dev.breakwater.controller.naming;

import java.util.function.Function;

/**
 * The two names that a report may have. The usual one is the Trivy Operator's, by which other programs look it up; but it joins names with a hyphen, which
 * names have in them too, or is a hash of 32 bits, so that two living objects may want the same. Who comes second gets a name of its own.
 *
 * @param usual as the original names it
 * @param own wanted by no other object: a hash over kind, name and uid
 */
public record ReportName(String usual, String own) {
    /** Whose report it is that has a name now. */
    public enum Holder {
        /** There is none, or the object that owns it is gone. */
        NOBODY,
        US,
        /** An object that lives: its report is not touched. */
        ANOTHER
    }

    /**
     * The name to write to.
     *
     * @param holder who has a name; asked for the usual one first, and for the other only where that is not enough
     */
    public String choose(Function<String, Holder> holder) {
        return switch (holder.apply(usual)) {
            case US -> usual;
            case ANOTHER -> own;
            // Who has a name of its own keeps it when the other one goes: a report that moves is a new one to those who
            // watch.
            case NOBODY -> holder.apply(own) == Holder.US ? own : usual;
        };
    }
}
