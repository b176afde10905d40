package dev.breakwater.controller.checks;

import java.util.List;

/** What one check says about one object it applies to. A check that does not apply says nothing at all. */
public sealed interface Verdict {
    /** Nothing found. */
    record Passed() implements Verdict {}

    /**
     * Something found.
     *
     * @param messages at least one, all different: equal messages are one finding
     */
    record Failed(List<String> messages) implements Verdict {}

    /**
     * The check could not be evaluated on this object. Neither a pass nor a failure: counting it as either would hide a broken check.
     *
     * @param reason for the author of the check
     */
    record Undecided(String reason) implements Verdict {}
}
