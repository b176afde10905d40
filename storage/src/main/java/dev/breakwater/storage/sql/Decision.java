package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import dev.breakwater.storage.sql.LogWriter.Appended;
import dev.breakwater.storage.sql.LogWriter.Known;
import dev.breakwater.storage.sql.LogWriter.Live;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides a batch in memory, against the state at the lock and what the batch itself did so far: two updates of one object from the
 * same revision must not both pass because neither sees the other (store.md 3).
 */
final class Decision {
    private final Known known;
    private final Map<ObjectKey, Live> live;
    private final Map<Sha256, Long> labelSets;
    private final Map<Long, LogRow> rows = new LinkedHashMap<>();
    private final Map<Long, LabelSet> newLabelSets = new LinkedHashMap<>();
    private final Map<Long, Long> superseded = new LinkedHashMap<>();
    private final Map<ObjectKey, Long> current = new LinkedHashMap<>();
    private final Map<ObjectKey, Long> tally = new LinkedHashMap<>();
    private final List<CommitAnswer> answers = new ArrayList<>();
    private long counter;

    private Decision(Known known) {
        this.known = known;
        this.live = new HashMap<>(known.live());
        this.labelSets = new HashMap<>(known.labelSets());
        this.counter = known.counter();
    }

    static Decision of(List<Ticket.Pending> batch, Known known) {
        Decision decision = new Decision(known);
        for (Ticket.Pending pending : batch) {
            decision.answers.add(decision.decide(pending));
        }
        return decision;
    }

    /** In the order of the batch; true only once the batch is committed. */
    List<CommitAnswer> answers() {
        return answers;
    }

    /** What is to be written, or {@code null} when nothing is. */
    @Nullable
    Appended appended(long batch) {
        if (rows.isEmpty()) {
            return null;
        }
        return new Appended(batch, counter, List.copyOf(rows.values()), newLabelSets, superseded, current, tally);
    }

    private CommitAnswer decide(Ticket.Pending pending) {
        ObjectKey object = pending.object;
        Live now = live.get(object);
        return switch (pending.write) {
            case Write.Create create -> {
                if (now != null) {
                    yield new CommitAnswer.Done(new WriteOutcome.AlreadyExists(now.revision()));
                }
                if (isMissing(pending)) {
                    yield new CommitAnswer.BytesNeeded();
                }
                count(object, 1);
                yield apply(pending, LogRow.ADDED, null, create.head(), create.bulk());
            }
            case Write.Replace replace -> {
                WriteOutcome refusal = refusal(now, replace.expected());
                if (refusal != null) {
                    yield new CommitAnswer.Done(refusal);
                }
                if (isMissing(pending)) {
                    yield new CommitAnswer.BytesNeeded();
                }
                yield apply(pending, LogRow.MODIFIED, now, replace.head(), replace.bulk());
            }
            case Write.Delete delete -> {
                WriteOutcome refusal = refusal(now, delete.expected());
                if (refusal != null) {
                    yield new CommitAnswer.Done(refusal);
                }
                count(object, -1);
                yield delete(object, Objects.requireNonNull(now));
            }
        };
    }

    private static @Nullable WriteOutcome refusal(@Nullable Live now, long expected) {
        if (now == null) {
            return new WriteOutcome.Missing();
        }
        return now.revision() == expected ? null : new WriteOutcome.Conflict(now.revision());
    }

    private boolean isMissing(Ticket.Pending pending) {
        return pending.content != null && !known.contents().containsKey(pending.content);
    }

    private CommitAnswer apply(Ticket.Pending pending, int op, @Nullable Live before, Head head, Bulk bulk) {
        long revision = ++counter;
        long labelSet = number(Objects.requireNonNull(pending.labels), revision);
        Long content = switch (bulk) {
            case Bulk.Provided provided -> known.contents().get(Objects.requireNonNull(pending.content));
            case Bulk.Unchanged unchanged -> before == null ? null : before.bulk();
            case Bulk.None none -> null;
        };
        long previous = before == null ? 0 : before.revision();
        rows.put(revision, new LogRow(revision, pending.object, op, previous, LogRow.LIVE, labelSet, content, head));
        supersede(previous, revision);
        live.put(pending.object, new Live(revision, labelSet, content));
        current.put(pending.object, revision);
        return new CommitAnswer.Done(new WriteOutcome.Applied(revision));
    }

    private CommitAnswer delete(ObjectKey object, Live before) {
        long revision = ++counter;
        rows.put(
                revision,
                new LogRow(
                        revision, object, LogRow.DELETED, before.revision(), revision, before.labelSet(), null, null));
        supersede(before.revision(), revision);
        live.remove(object);
        current.put(object, 0L);
        return new CommitAnswer.Done(new WriteOutcome.Applied(revision));
    }

    /** A set that is new gets the revision that brings it as its number: unique for ever, and known without asking the database. */
    private long number(LabelSet labels, long revision) {
        Long number = labelSets.get(labels.hash());
        if (number == null) {
            number = revision;
            labelSets.put(labels.hash(), number);
            newLabelSets.put(number, labels);
        }
        return number;
    }

    private void supersede(long previous, long by) {
        if (previous == 0) {
            return;
        }
        LogRow inBatch = rows.get(previous);
        if (inBatch != null) {
            rows.put(previous, inBatch.supersededBy(by));
        } else {
            superseded.put(previous, by);
        }
    }

    private void count(ObjectKey object, long by) {
        tally.merge(new ObjectKey(object.kind(), object.namespace()), by, Long::sum);
    }
}
