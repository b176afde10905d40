package dev.breakwater.storage.sql;

import dev.breakwater.storage.Change;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The latest changes of all kinds, up to a number of bytes, for all cursors.
 *
 * <p>A cursor can be served from here when nothing of its kind was evicted behind its place. So one that waits for a quiet kind stays
 * inside the ring however fast another kind turns it over.
 *
 * <p>Threading: its owner's lock.
 */
final class FeedRing {
    /** What a change weighs besides its segments: records, keys, labels. */
    private static final int OVERHEAD = 600;

    private final long limit;
    private final Map<Integer, List<Change>> byKind = new HashMap<>();
    private final Map<Integer, Integer> evictedOfList = new HashMap<>();
    private final ArrayDeque<Change> order = new ArrayDeque<>();
    private final Map<Integer, Long> evicted = new HashMap<>();
    private long bytes;
    private long floor;
    private long end;

    FeedRing(long limit) {
        this.limit = limit;
    }

    /** Forgets everything: what was committed up to {@code revision} is to be had from the log only. */
    void restart(long revision) {
        byKind.clear();
        evictedOfList.clear();
        order.clear();
        evicted.clear();
        bytes = 0;
        floor = revision;
        end = revision;
    }

    /** @param through every change up to and with it is in the ring now, or was */
    void append(List<Change> changes, long through) {
        for (Change change : changes) {
            int kind = change.entry().kind().number();
            byKind.computeIfAbsent(kind, each -> new ArrayList<>()).add(change);
            order.add(change);
            bytes += weight(change);
        }
        end = Math.max(end, through);
        while (bytes > limit && !order.isEmpty()) {
            evict(order.remove());
        }
    }

    private void evict(Change oldest) {
        int kind = oldest.entry().kind().number();
        bytes -= weight(oldest);
        evicted.put(kind, oldest.entry().revision());
        List<Change> list = byKind.get(kind);
        int gone = evictedOfList.merge(kind, 1, Integer::sum);
        // Removing from the front of a list moves all the rest; so only when half of it is gone.
        if (list != null && gone * 2 >= list.size()) {
            list.subList(0, gone).clear();
            evictedOfList.remove(kind);
        }
    }

    /** Whether every change of {@code kind} after {@code revision} that was read so far is still here. */
    boolean holdsAfter(int kind, long revision) {
        return revision >= Math.max(floor, evicted.getOrDefault(kind, floor));
    }

    /**
     * Changes of one kind.
     *
     * @param last whether none follows that was read so far
     */
    record Taken(List<Change> changes, boolean last) {}

    /**
     * The oldest changes of {@code kind} after {@code revision}.
     *
     * @param limitOfBytes a reader keeps what it takes from being collected until it is sent, and a thousand readers stand at a thousand
     *     places: so each takes little at a time. One change at least.
     */
    Taken after(int kind, long revision, long limitOfBytes) {
        List<Change> list = byKind.getOrDefault(kind, List.of());
        int low = evictedOfList.getOrDefault(kind, 0);
        int high = list.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (list.get(middle).entry().revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int to = low;
        long taken = 0;
        while (to < list.size() && (to == low || taken + weight(list.get(to)) <= limitOfBytes)) {
            taken += weight(list.get(to));
            to++;
        }
        return new Taken(List.copyOf(list.subList(low, to)), to == list.size());
    }

    /** Every change up to and with this revision was read. */
    long end() {
        return end;
    }

    long bytes() {
        return bytes;
    }

    private static long weight(Change change) {
        return OVERHEAD
                + change.entry().head().meta().deflated().length
                + change.entry().head().rest().deflated().length
                + 2L * change.entry().head().cells().length();
    }
}
