package dev.breakwater.storage.sql;

import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.StoredBulk;
import dev.breakwater.storage.segment.Segment;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads heads, and which bulk belongs to each, by revision or by key. */
final class Heads {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    private static final String KEYS = "r.rev, r.kind, r.key, r.lset, h.uid, h.generation, h.created, h.content";
    private static final String META = KEYS + ", h.cells, h.meta, h.meta_crc, h.meta_len, h.meta_zcrc";
    private static final String HEAD = META
            + ", h.rest, h.rest_crc, h.rest_len, h.rest_zcrc, b.id AS bulk, b.enc, b.crc, b.raw_len, b.zlen, r.bulk AS named";
    private static final String SHOWN = HEAD.replace(
            "h.rest,", "CASE WHEN octet_length(h.rest) > " + LongRest.LONG + " THEN NULL ELSE h.rest END,");

    private final Dialect dialect;
    private final Labels labels;
    private final Meters meters;

    private final String headBytes;
    private final String metaBytes;
    private final String shownBytes;

    Heads(Dialect dialect, Labels labels, Meters meters) {
        this.dialect = dialect;
        this.headBytes = "SELECT rev, octet_length(meta) + octet_length(rest) + octet_length(cells) FROM head WHERE "
                + dialect.anyOf("rev");
        this.metaBytes = "SELECT rev, octet_length(meta) + octet_length(cells) FROM head WHERE " + dialect.anyOf("rev");
        this.shownBytes = "SELECT rev, octet_length(meta) + octet_length(cells)"
                + " + CASE WHEN octet_length(rest) > " + LongRest.LONG + " THEN 0 ELSE octet_length(rest) END"
                + " FROM head WHERE " + dialect.anyOf("rev");
        this.labels = labels;
        this.meters = meters;
    }

    /** The entries of {@code revisions}, by revision; those that compaction deleted meanwhile are missing. */
    Map<Long, Entry> of(Session session, Collection<Long> revisions, Projection projection) throws SQLException {
        if (revisions.isEmpty()) {
            return Map.of();
        }
        Map<Long, Entry> entries = new HashMap<>();
        for (Entry entry : withLabels(session, rows(byRevision(session, revisions, projection), projection), true)) {
            entries.put(entry.revision(), entry);
        }
        return entries;
    }

    /**
     * The same without labels. A list selects by them before it reads the heads and shows those within meta: to read the set of each
     * object once more cost half of a list of 30,000, whose sets no cache holds.
     */
    Map<Long, Entry> withoutLabels(Session session, Collection<Long> revisions, Projection projection)
            throws SQLException {
        Map<Long, Entry> entries = new HashMap<>();
        if (!revisions.isEmpty()) {
            for (Row row : rows(byRevision(session, revisions, projection), projection)) {
                entries.put(row.revision, row.entry(Map.of()));
            }
        }
        return entries;
    }

    /**
     * What fits.
     *
     * @param count how many heads, from the first
     * @param bytes of those
     */
    record Fitting(int count, long bytes) {}

    /**
     * How many of {@code revisions}, from the first, can be read without holding more than {@code bytes}. A head is small as a rule, but
     * one whose bulk was absent or mistyped holds everything, and a page of those would not fit into memory.
     *
     * @param atLeastOne whether the first is read however long it is
     */
    Fitting within(Session session, List<Long> revisions, Projection projection, long bytes, boolean atLeastOne)
            throws SQLException {
        if (projection == Projection.KEYS) {
            return new Fitting(revisions.size(), 0);
        }
        PreparedStatement select = session.prepare(
                switch (projection) {
                    case HEAD -> headBytes;
                    case SHOWN -> shownBytes;
                    case META, KEYS -> metaBytes;
                });
        dialect.bindAnyOf(
                select, 1, revisions.stream().mapToLong(Long::longValue).toArray());
        Map<Long, Long> sizes = new HashMap<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                sizes.put(rows.getLong(1), rows.getLong(2));
            }
        }
        long sum = 0;
        for (int i = 0; i < revisions.size(); i++) {
            long next = sum + sizes.getOrDefault(revisions.get(i), 0L);
            if (next > bytes && (i > 0 || !atLeastOne)) {
                return new Fitting(i, sum);
            }
            sum = next;
        }
        return new Fitting(revisions.size(), sum);
    }

    /** The object as it is now. */
    @Nullable
    Entry current(Session session, ObjectKey object, Projection projection) throws SQLException {
        PreparedStatement select = session.prepare(
                select(projection) + " WHERE r.rev = (SELECT c.rev FROM cur c WHERE c.kind = ? AND c.key = ?)");
        select.setLong(1, object.kind());
        select.setString(2, object.key());
        List<Entry> found = withLabels(session, rows(select, projection), false);
        if (!found.isEmpty()) {
            return found.getFirst();
        }
        requireAbsent(session, object);
        return null;
    }

    /**
     * An object that is stored is never answered with 404 because a part of it is damaged: what one table does not have, the other must
     * not have either. Between two questions it may have been created or replaced; only what stays so for a third one is damage.
     */
    private void requireAbsent(Session session, ObjectKey object) throws SQLException {
        Known before = known(session, object);
        boolean gone = before.named == 0 && before.live == 0;
        boolean shown = before.named != 0 && isStored(session, before.named);
        if (!gone && !shown && before.equals(known(session, object))) {
            long revision = Math.max(before.named, before.live);
            throw damaged(
                    revision,
                    "%s is stored at revision %d, but a part of it is missing".formatted(object.key(), revision));
        }
    }

    /**
     * What both tables say of an object; 0 where they have none.
     *
     * @param named by the table of what is there
     * @param live by the log
     */
    private record Known(long named, long live) {}

    private static Known known(Session session, ObjectKey object) throws SQLException {
        PreparedStatement select = session.prepare("SELECT (SELECT c.rev FROM cur c WHERE c.kind = ? AND c.key = ?),"
                + " (SELECT r.rev FROM rev r WHERE r.kind = ? AND r.key = ? AND r.superseded = " + LogRow.LIVE
                + " ORDER BY r.rev DESC LIMIT 1)");
        select.setLong(1, object.kind());
        select.setString(2, object.key());
        select.setLong(3, object.kind());
        select.setString(4, object.key());
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return new Known(row.getLong(1), row.getLong(2));
        }
    }

    private static boolean isStored(Session session, long revision) throws SQLException {
        PreparedStatement select = session.prepare("SELECT 1 FROM rev r JOIN head h ON h.rev = r.rev WHERE r.rev = ?");
        select.setLong(1, revision);
        try (ResultSet row = select.executeQuery()) {
            return row.next();
        }
    }

    private static String select(Projection projection) {
        return switch (projection) {
            case KEYS -> "SELECT " + KEYS + " FROM rev r JOIN head h ON h.rev = r.rev";
            case META -> "SELECT " + META + " FROM rev r JOIN head h ON h.rev = r.rev";
            case HEAD, SHOWN ->
                "SELECT " + (projection == Projection.HEAD ? HEAD : SHOWN)
                        + " FROM rev r JOIN head h ON h.rev = r.rev LEFT JOIN bulk b ON b.id = r.bulk";
        };
    }

    private PreparedStatement byRevision(Session session, Collection<Long> revisions, Projection projection)
            throws SQLException {
        PreparedStatement select = session.prepare(select(projection) + " WHERE " + dialect.anyOf("r.rev"));
        dialect.bindAnyOf(
                select, 1, revisions.stream().mapToLong(Long::longValue).toArray());
        return select;
    }

    private List<Row> rows(PreparedStatement select, Projection projection) throws SQLException {
        List<Row> read = new ArrayList<>();
        try (ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                read.add(row(rows, projection));
            }
        }
        return read;
    }

    /**
     * Reads the labels after the rows, on the same connection: one statement at a time.
     *
     * @param mayVanish whether compaction can have deleted the labels between the two questions: never those of a live object
     */
    private List<Entry> withLabels(Session session, List<Row> read, boolean mayVanish) throws SQLException {
        Map<Long, Map<String, String>> sets =
                labels.of(session, Set.copyOf(read.stream().map(Row::labelSet).toList()));
        List<Entry> entries = new ArrayList<>(read.size());
        for (Row row : read) {
            Map<String, String> set = sets.get(row.labelSet());
            if (set != null) {
                entries.add(row.entry(set));
            } else if (!mayVanish) {
                throw damaged(
                        row.revision,
                        "the labels of %s at revision %d are not stored".formatted(row.object.key(), row.revision));
            }
        }
        return entries;
    }

    private Row row(ResultSet rows, Projection projection) throws SQLException {
        long revision = rows.getLong(1);
        String key = text(rows, 3);
        Segment meta = Segment.EMPTY;
        Segment rest = Segment.EMPTY;
        String cells = "";
        StoredBulk bulk = null;
        if (projection != Projection.KEYS) {
            cells = text(rows, 9);
            meta = segment(rows, 10, revision, key);
        }
        if (projection == Projection.HEAD || projection == Projection.SHOWN) {
            rest = segment(rows, 14, revision, key);
            long id = rows.getLong(18);
            if (!rows.wasNull()) {
                bulk = new StoredBulk(id, rows.getInt(19), rows.getInt(20), rows.getLong(21), rows.getLong(22));
            } else if (rows.getLong(23) != 0) {
                // Without its bulk it would look like an object that has none.
                throw damaged(
                        revision,
                        "content %d of %s at revision %d is not stored".formatted(rows.getLong(23), key, revision));
            }
        }
        return new Row(
                revision,
                new ObjectKey(rows.getInt(2), key),
                rows.getLong(4),
                text(rows, 5),
                rows.getLong(6),
                rows.getLong(7),
                rows.getBytes(8),
                cells,
                meta,
                rest,
                bulk);
    }

    private Segment segment(ResultSet rows, int column, long revision, String key) throws SQLException {
        byte @Nullable [] stored = rows.getBytes(column);
        if (stored == null) {
            return Segment.elsewhere(rows.getInt(column + 1), rows.getLong(column + 2));
        }
        if (Contents.checksum(stored) != rows.getInt(column + 3)) {
            throw damaged(revision, "the head of %s at revision %d has a wrong checksum".formatted(key, revision));
        }
        return new Segment(stored, rows.getInt(column + 1), rows.getLong(column + 2));
    }

    private CorruptContentException damaged(long revision, String message) {
        meters.corrupt.increment();
        LOG.error("{}", message);
        return CorruptContentException.ofRevision(revision, message);
    }

    private static String text(ResultSet rows, int column) throws SQLException {
        return Objects.requireNonNull(rows.getString(column));
    }

    /** What one row holds; the labels are still to be found. */
    private record Row(
            long revision,
            ObjectKey object,
            long labelSet,
            String uid,
            long generation,
            long created,
            byte[] content,
            String cells,
            Segment meta,
            Segment rest,
            @Nullable StoredBulk bulk) {
        Entry entry(Map<String, String> labels) {
            Head head = new Head(uid, generation, Instant.ofEpochMilli(created), labels, cells, meta, rest, content);
            return new Entry(revision, new KindId(object.kind()), object.key(), head, bulk);
        }
    }
}
