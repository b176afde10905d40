package dev.breakwater.controller.compliance;

import java.util.ArrayList;
import java.util.List;

/** What all reports together say about one check. */
final class CheckTally {
    /** A finding and the report it is from. */
    record Finding(String target, AuditReport.Entry entry) {}

    private final int keep;
    private final List<Finding> first = new ArrayList<>();
    private long count;

    /** @param keep how many findings are remembered; beyond that they are only counted */
    CheckTally(int keep) {
        this.keep = keep;
    }

    void add(String target, AuditReport.Entry entry) {
        count++;
        if (first.size() < keep) {
            first.add(new Finding(target, entry));
        }
    }

    long count() {
        return count;
    }

    /** The first findings in the order of the stream. */
    List<Finding> first() {
        return first;
    }
}
