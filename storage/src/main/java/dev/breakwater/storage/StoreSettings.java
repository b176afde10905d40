package dev.breakwater.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How a store is opened.
 *
 * @param place which database
 * @param retention how long history is kept at least; a second or more, ten minutes in earnest
 * @param readers connections that read, 1 or more: threads for SQLite, the pool for PostgreSQL
 * @param ringBytes memory of the change feed
 * @param cacheBytes memory for contents that are read again and again
 * @param upkeepInterval how often compaction, collection and recompression look for work; zero for never by themselves
 */
public record StoreSettings(
        Place place,
        Duration retention,
        int readers,
        int ringBytes,
        int cacheBytes,
        Duration upkeepInterval,
        StoreClock clock) {
    public static final Duration DEFAULT_RETENTION = Duration.ofMinutes(10);

    public StoreSettings {
        require(retention.compareTo(Duration.ofSeconds(1)) >= 0, "retention", retention, "1 second or more");
        require(readers >= 1, "readers", readers, "1 or more");
        require(ringBytes >= 1 << 16, "ringBytes", ringBytes, "65536 or more");
        require(cacheBytes >= 0, "cacheBytes", cacheBytes, "0 or more");
    }

    /** Where the objects are. */
    public sealed interface Place {
        /** A SQLite database in {@code directory}, which is made if it is not there. One process at a time. */
        record Folder(Path directory) implements Place {}

        /**
         * A PostgreSQL database, 15 or later, reached directly: a pooler that gives each transaction another connection loses
         * notifications and prepared statements.
         *
         * @param jdbcUrl {@code jdbc:postgresql://host:port/database}; several hosts may be named, the primary is taken
         * @param properties of the driver: user, password, sslmode and others
         */
        record Postgres(String jdbcUrl, Map<String, String> properties) implements Place {}
    }

    /** The settings of a 256 MB container (store.md 22). */
    public static StoreSettings of(Place place) {
        return new StoreSettings(
                place, DEFAULT_RETENTION, 4, 4 << 20, 8 << 20, Duration.ofSeconds(5), StoreClock.SYSTEM);
    }

    public StoreSettings withRetention(Duration kept) {
        return new StoreSettings(place, kept, readers, ringBytes, cacheBytes, upkeepInterval, clock);
    }

    public StoreSettings withReaders(int connections) {
        return new StoreSettings(place, retention, connections, ringBytes, cacheBytes, upkeepInterval, clock);
    }

    public StoreSettings withRingBytes(int bytes) {
        return new StoreSettings(place, retention, readers, bytes, cacheBytes, upkeepInterval, clock);
    }

    public StoreSettings withClock(StoreClock other) {
        return new StoreSettings(place, retention, readers, ringBytes, cacheBytes, upkeepInterval, other);
    }

    public StoreSettings withUpkeepInterval(Duration interval) {
        return new StoreSettings(place, retention, readers, ringBytes, cacheBytes, interval, clock);
    }

    private static void require(boolean allowed, String name, Object value, String range) {
        if (!allowed) {
            throw new IllegalArgumentException("%s is %s, allowed is %s".formatted(name, value, range));
        }
    }
}
