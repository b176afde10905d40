package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.StoreDamagedException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The damage that was met since the store was opened. It is told apart from a database that is busy: waiting does not mend it, so
 * readiness must say so until an object that is damaged is gone or written anew. Damage of the database itself stays until the next
 * start: a server that has met it knows nothing of the rest.
 *
 * <p>Threading: any; the lock is held for a look only.
 */
final class Damage {
    private static final Logger LOG = LoggerFactory.getLogger(Damage.class);

    /** Enough to say what is wrong; thousands come from one cause. */
    private static final int KEPT = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, String> objects = new LinkedHashMap<>();
    private @Nullable String database;

    /** A damaged revision or, where that is 0, content. */
    record Place(long revision, long content) {}

    void ofDatabase(String words) {
        lock.lock();
        try {
            if (database == null) {
                database = words;
                LOG.error("{}", words);
            }
        } finally {
            lock.unlock();
        }
    }

    void met(CorruptContentException e) {
        Place place = new Place(e.revision(), e.content());
        lock.lock();
        try {
            if (objects.size() < KEPT) {
                objects.putIfAbsent(place, String.valueOf(e.getMessage()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** @throws StoreDamagedException when the database itself is damaged */
    void requireDatabase() {
        lock.lock();
        try {
            if (database != null) {
                throw new StoreDamagedException(database, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @throws StoreDamagedException when anything is */
    void requireNone() {
        requireDatabase();
        lock.lock();
        try {
            if (!objects.isEmpty()) {
                throw new StoreDamagedException(
                        "%d damaged, the first: %s; breakwater verify finds them all and sets them aside"
                                .formatted(
                                        objects.size(),
                                        objects.values().iterator().next()),
                        null);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isDamaged(long content) {
        lock.lock();
        try {
            return objects.containsKey(new Place(0, content));
        } finally {
            lock.unlock();
        }
    }

    boolean isKnown() {
        lock.lock();
        try {
            return !objects.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void mended(long content) {
        forget(new Place(0, content));
    }

    private void forget(Place place) {
        lock.lock();
        try {
            objects.remove(place);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is no more: the object was deleted, or written anew. */
    void review(Guard guard) {
        List<Place> known;
        lock.lock();
        try {
            known = List.copyOf(objects.keySet());
        } finally {
            lock.unlock();
        }
        for (Place place : known) {
            if (!guard.<Boolean>read(session -> isShown(session, place))) {
                forget(place);
            }
        }
    }

    private static boolean isShown(Session session, Place place) throws SQLException {
        PreparedStatement select = session.prepare(
                place.revision > 0
                        ? "SELECT count(*) FROM rev WHERE rev = ? AND superseded = " + LogRow.LIVE
                        : "SELECT count(*) FROM rev WHERE bulk = ? AND superseded = " + LogRow.LIVE);
        select.setLong(1, place.revision > 0 ? place.revision : place.content);
        try (ResultSet row = select.executeQuery()) {
            return row.next() && row.getLong(1) > 0;
        }
    }
}
