package dev.breakwater.storage;

import java.util.Map;

/**
 * One committed change, with what a selector needs to know of the state before.
 *
 * @param entry the state after the change; for {@link Type#DELETED} the last state, under the revision of the deletion
 * @param previous revision of the state before; 0 for {@link Type#ADDED}. Its entry is to be had from {@link ReportStore#entry}
 * @param previousLabels labels before; empty for {@link Type#ADDED}
 */
public record Change(Type type, Entry entry, long previous, Map<String, String> previousLabels) {
    /** What happened to the key. */
    public enum Type {
        ADDED,
        MODIFIED,
        DELETED
    }
}
