package dev.breakwater.storage.postgres;

import dev.breakwater.storage.Head;
import dev.breakwater.storage.sql.LabelSet;
import dev.breakwater.storage.sql.LogRow;
import dev.breakwater.storage.sql.LogWriter.Appended;
import dev.breakwater.storage.sql.ObjectKey;
import dev.breakwater.storage.sql.Session;
import dev.breakwater.storage.sql.StoredForm;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a batch in one round trip: each table's rows are columns of arrays. */
final class PostgresAppend {
    private static final String APPEND = """
            UPDATE rev SET superseded = u.by FROM unnest(?::bigint[], ?::bigint[]) AS u(rev, by) WHERE rev.rev = u.rev;
            INSERT INTO labelset (id, hash, json) SELECT * FROM unnest(?::bigint[], ?::bytea[], ?::text[]);
            INSERT INTO label (k, v, lset) SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[]);
            INSERT INTO rev (rev, kind, key, op, prev, superseded, lset, bulk, batch)
              SELECT u.*, ?::bigint FROM unnest(?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::bigint[], ?::bigint[]) AS u;
            INSERT INTO head (rev, uid, generation, created, content, meta_crc, meta_len, meta_zcrc,
              rest_crc, rest_len, rest_zcrc, cells, meta, rest)
              SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bigint[],
                ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[]);
            INSERT INTO cur (kind, key, rev) SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[])
              ON CONFLICT (kind, key) DO UPDATE SET rev = excluded.rev;
            DELETE FROM cur USING unnest(?::bigint[], ?::text[]) AS k(kind, key)
              WHERE cur.kind = k.kind AND cur.key = k.key;
            INSERT INTO tally (kind, ns, n) SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[])
              ON CONFLICT (kind, ns) DO UPDATE SET n = tally.n + excluded.n;
            UPDATE counter SET rev = ? WHERE id = 1;
            NOTIFY breakwater_log
            """;

    private final Session session;
    private final List<Object> parameters = new ArrayList<>();

    PostgresAppend(Session session) {
        this.session = session;
    }

    void write(Appended batch) throws SQLException {
        longs(batch.superseded().keySet());
        longs(batch.superseded().values());
        labelSets(batch.newLabelSets());
        rows(batch);
        heads(batch.rows().stream().filter(row -> row.head() != null).toList());
        current(batch.current());
        tally(batch.tally());
        parameters.add(batch.counter());
        PreparedStatement append = session.prepare(APPEND);
        for (int i = 0; i < parameters.size(); i++) {
            append.setObject(i + 1, parameters.get(i));
        }
        append.execute();
        if (append.getUpdateCount() != batch.superseded().size()) {
            throw new SQLException(
                    "%d of %d current revisions have a row"
                            .formatted(
                                    append.getUpdateCount(), batch.superseded().size()),
                    Session.DAMAGED);
        }
    }

    private void labelSets(Map<Long, LabelSet> sets) throws SQLException {
        longs(sets.keySet());
        bytes(sets.values().stream().map(set -> set.hash().bytes()).toList());
        texts(sets.values().stream().map(LabelSet::json).toList());
        List<String> keys = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        sets.forEach((number, set) -> set.labels().forEach((key, value) -> {
            keys.add(key);
            values.add(value);
            numbers.add(number);
        }));
        texts(keys);
        texts(values);
        longs(numbers);
    }

    private void rows(Appended batch) throws SQLException {
        List<LogRow> rows = batch.rows();
        parameters.add(batch.id());
        longs(rows.stream().map(LogRow::revision).toList());
        longs(rows.stream().map(row -> (long) row.object().kind()).toList());
        texts(rows.stream().map(row -> row.object().key()).toList());
        longs(rows.stream().map(row -> (long) row.op()).toList());
        longs(rows.stream().map(LogRow::previous).toList());
        longs(rows.stream().map(LogRow::superseded).toList());
        longs(rows.stream().map(LogRow::labelSet).toList());
        @Nullable Long[] bulks = new @Nullable Long[rows.size()];
        for (int i = 0; i < bulks.length; i++) {
            bulks[i] = rows.get(i).bulk();
        }
        parameters.add(session.connection().createArrayOf("bigint", bulks));
    }

    private void heads(List<LogRow> rows) throws SQLException {
        List<Head> heads = new ArrayList<>(rows.size());
        for (LogRow row : rows) {
            Head head = row.head();
            if (head != null) {
                heads.add(head);
            }
        }
        List<StoredForm> stored = heads.stream().map(StoredForm::of).toList();
        longs(rows.stream().map(LogRow::revision).toList());
        texts(heads.stream().map(Head::uid).toList());
        longs(heads.stream().map(Head::generation).toList());
        longs(stored.stream().map(StoredForm::created).toList());
        bytes(heads.stream().map(Head::content).toList());
        longs(heads.stream().map(head -> (long) head.meta().crc()).toList());
        longs(heads.stream().map(head -> head.meta().length()).toList());
        longs(stored.stream().map(form -> (long) form.metaChecksum()).toList());
        longs(heads.stream().map(head -> (long) head.rest().crc()).toList());
        longs(heads.stream().map(head -> head.rest().length()).toList());
        longs(stored.stream().map(form -> (long) form.restChecksum()).toList());
        texts(heads.stream().map(Head::cells).toList());
        bytes(heads.stream().map(head -> head.meta().deflated()).toList());
        bytes(heads.stream().map(head -> head.rest().deflated()).toList());
    }

    private void current(Map<ObjectKey, Long> current) throws SQLException {
        List<Map.Entry<ObjectKey, Long>> there =
                current.entrySet().stream().filter(each -> each.getValue() != 0).toList();
        List<ObjectKey> gone = current.entrySet().stream()
                .filter(each -> each.getValue() == 0)
                .map(Map.Entry::getKey)
                .toList();
        keys(there.stream().map(Map.Entry::getKey).toList());
        longs(there.stream().map(Map.Entry::getValue).toList());
        keys(gone);
    }

    private void tally(Map<ObjectKey, Long> tally) throws SQLException {
        List<Map.Entry<ObjectKey, Long>> changed =
                tally.entrySet().stream().filter(each -> each.getValue() != 0).toList();
        keys(changed.stream().map(Map.Entry::getKey).toList());
        longs(changed.stream().map(Map.Entry::getValue).toList());
    }

    private void keys(List<ObjectKey> keys) throws SQLException {
        longs(keys.stream().map(key -> (long) key.kind()).toList());
        texts(keys.stream().map(ObjectKey::key).toList());
    }

    private void longs(Collection<Long> values) {
        parameters.add(values.stream().mapToLong(Long::longValue).toArray());
    }

    private void texts(List<String> values) throws SQLException {
        parameters.add(session.connection().createArrayOf("text", values.toArray()));
    }

    private void bytes(List<byte[]> values) throws SQLException {
        parameters.add(session.connection().createArrayOf("bytea", values.toArray(byte[][]::new)));
    }
}
