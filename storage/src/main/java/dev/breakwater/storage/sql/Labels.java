package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The label sets of numbers. A set never changes and its number is never used again, so one read is enough.
 *
 * <p>Threading: any; the lock is held for a look-up only.
 */
final class Labels {
    private static final int KEPT = 4096;

    private final Dialect dialect;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Map<String, String>> sets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Map<String, String>> eldest) {
            return size() > KEPT;
        }
    };

    Labels(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The sets of {@code numbers}; those that compaction deleted are missing. */
    Map<Long, Map<String, String>> of(Session session, Collection<Long> numbers) throws SQLException {
        Map<Long, Map<String, String>> found = new HashMap<>();
        Set<Long> unknown = new HashSet<>();
        lock.lock();
        try {
            for (Long number : numbers) {
                Map<String, String> set = sets.get(number);
                if (set == null) {
                    unknown.add(number);
                } else {
                    found.put(number, set);
                }
            }
        } finally {
            lock.unlock();
        }
        if (!unknown.isEmpty()) {
            Map<Long, Map<String, String>> read = read(session, unknown);
            found.putAll(read);
            lock.lock();
            try {
                sets.putAll(read);
            } finally {
                lock.unlock();
            }
        }
        return found;
    }

    private Map<Long, Map<String, String>> read(Session session, Set<Long> numbers) throws SQLException {
        PreparedStatement select = session.prepare("SELECT id, json, hash FROM labelset WHERE " + dialect.anyOf("id"));
        dialect.bindAnyOf(select, 1, numbers.stream().mapToLong(Long::longValue).toArray());
        Map<Long, Map<String, String>> read = new HashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                String json = Objects.requireNonNull(rows.getString(2));
                if (!LabelSet.hash(json).equals(Sha256.of(rows.getBytes(3)))) {
                    throw new CorruptContentException(
                            "label set %d has another hash than stored".formatted(rows.getLong(1)), null);
                }
                read.put(rows.getLong(1), LabelSet.parse(json));
            }
        }
        return read;
    }
}
