package dev.breakwater.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a page read gave. */
public sealed interface PageOutcome {
    /**
     * @param entries in key order, without {@linkplain Head#labels labels}: the page was selected by them, and they lie in meta
     * @param resumeAfter where the next page begins; {@code null} when nothing more can follow
     */
    record Page(List<Entry> entries, @Nullable String resumeAfter) implements PageOutcome {}

    /** History up to and with {@code compacted} is gone: the snapshot can no longer be read whole. */
    record Expired(long compacted) implements PageOutcome {}
}
