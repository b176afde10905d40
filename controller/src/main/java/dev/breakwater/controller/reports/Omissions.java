package dev.breakwater.controller.reports;

import java.util.ArrayList;
import java.util.List;

/** What of a result could not be taken, in words for people: the first few, and how many more. */
final class Omissions {
    private static final int SHOWN = 3;

    private final List<String> shown = new ArrayList<>();
    private long count;

    /** @param what one sentence without its full stop, such as {@code Results[3] is null} */
    void add(String what) {
        if (count++ < SHOWN) {
            shown.add(what);
        }
    }

    /** One sentence; empty where everything was taken. */
    String text() {
        if (count == 0) {
            return "";
        }
        String first = String.join("; ", shown);
        return count <= SHOWN ? first : first + "; and " + (count - SHOWN) + " more of the kind";
    }
}
