package dev.breakwater.storage;

import org.jspecify.annotations.Nullable;

/**
 * An object as it was at one revision.
 *
 * @param revision of the change that made this state
 * @param bulk {@code null} if the object has none, or the projection left it out
 */
public record Entry(
        long revision,
        KindId kind,
        String key,
        Head head,
        @Nullable StoredBulk bulk) {}
