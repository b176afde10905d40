package dev.breakwater.storage.sql;

import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkSequence;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.FeedCursor;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.PageOutcome;
import dev.breakwater.storage.PageQuery;
import dev.breakwater.storage.Projection;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.RevisionStanding;
import dev.breakwater.storage.StoreFullException;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.StoreStatistics;
import dev.breakwater.storage.StoreUnavailableException;
import dev.breakwater.storage.StoredBulk;
import dev.breakwater.storage.Write;
import dev.breakwater.storage.WriteOutcome;
import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The store over a {@link Dialect}: wires the parts, and is the way in to each. */
public final class SqlStore implements ReportStore {
    private static final int BYTES_NEEDED_AT_MOST = 5;

    private final Dialect dialect;
    private final Guard guard;
    private final Meters meters = new Meters();
    private final Highest highest = new Highest();
    private final Damage damage = new Damage();
    private final Bell bell = new Bell();
    private final ZlibPool pool = new ZlibPool(Runtime.getRuntime().availableProcessors());
    private final Committer committer;
    private final Contents contents;
    private final Heads heads;
    private final Pages pages;
    private final ByteCache cache;
    private final BulkReads bulks;
    private final Feed feed;
    private final Compaction compaction;
    private final Upkeep upkeep;
    private final UncleanEndCheck check;
    private final byte[] tokenKey;
    private final String incarnation;

    /**
     * Opens the store: makes or migrates the schema, and begins a new epoch of revisions.
     *
     * @throws StoreUnavailableException when the database does not answer
     * @throws dev.breakwater.storage.StoreOpenException when it cannot be used as it is
     */
    public SqlStore(Dialect dialect, StoreSettings settings) {
        this.dialect = dialect;
        Failures failures = new Failures(dialect, damage);
        this.guard = new Guard(dialect, failures, damage);
        WriterConnection writer =
                new WriterConnection(dialect, settings.clock(), highest, RandomGenerator.of("SecureRandom"), failures);
        this.committer = new Committer(dialect, writer, meters, bell::ring);
        this.contents = new Contents(dialect, guard, committer, pool, settings.clock(), meters, damage);
        Labels labels = new Labels(dialect);
        this.heads = new Heads(dialect, labels, meters);
        this.pages = new Pages(dialect, heads, labels, settings.clock());
        this.cache = new ByteCache(settings.cacheBytes());
        this.bulks = new BulkReads(dialect, guard, cache, meters);
        this.feed = new Feed(guard, new LogPages(heads, labels), highest, meters, bell, settings.ringBytes());
        this.compaction = new Compaction(dialect, guard, committer, settings.clock(), meters, settings.retention());
        this.upkeep = new Upkeep(
                compaction,
                new ContentCollection(dialect, guard, committer, settings.clock(), meters, settings.retention()),
                new Recompression(guard, committer, contents, bulks, pool, settings.clock(), meters),
                new Upkeep.Surroundings(dialect, guard, committer, damage),
                settings.upkeepInterval());
        this.check = new UncleanEndCheck(guard, damage, meters, pool);
        committer.start();
        boolean opened = false;
        try {
            committer.call((session, log) -> 0);
            Identity identity = guard.read(SqlStore::identity);
            this.tokenKey = identity.tokenKey;
            this.incarnation = identity.incarnation;
            opened = true;
        } finally {
            if (!opened) {
                committer.close();
                pool.close();
            }
        }
        feed.start();
        dialect.listen(bell::ring);
        upkeep.start();
        if (dialect.endedUncleanly()) {
            check.start();
        }
    }

    private record Identity(String incarnation, byte[] tokenKey) {}

    private static Identity identity(Session session) throws SQLException {
        try (ResultSet row = session.prepare("SELECT incarnation, token_key FROM store WHERE id = 1")
                .executeQuery()) {
            row.next();
            return new Identity(Objects.requireNonNull(row.getString(1)), row.getBytes(2));
        }
    }

    @Override
    public long current() {
        if (!dialect.shared()) {
            return highest.get();
        }
        return highest.saw(guard.read(session -> session.number("SELECT rev FROM counter WHERE id = 1")));
    }

    @Override
    public WriteOutcome write(Write write) {
        return writeAll(List.of(write)).getFirst();
    }

    @Override
    public List<WriteOutcome> writeAll(List<Write> writes) {
        List<WriteOutcome> outcomes = new ArrayList<>(writes.size());
        List<Ticket.Pending> waiting = new ArrayList<>(writes.size());
        List<Ticket.Pending> submitted = new ArrayList<>(writes.size());
        for (Write write : writes) {
            Ticket.Pending pending = pending(write);
            StoreFullException full = noRoom(write, pending.bytes);
            if (full != null) {
                pending.fail(full);
                waiting.add(pending);
                continue;
            }
            if (provided(write) instanceof Bulk.Provided bulk) {
                contents.ensure(Objects.requireNonNull(pending.content), bulk, write.key());
            }
            waiting.add(pending);
            submitted.add(pending);
        }
        submitted.forEach(committer::submit);
        RuntimeException failure = null;
        for (Ticket.Pending pending : waiting) {
            try {
                outcomes.add(settle(pending));
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        // Only when nothing is under way any more: a caller that hears of an error may look at once.
        if (failure != null) {
            throw failure;
        }
        return outcomes;
    }

    /** Refuses what would take the space that deletes and upkeep need. */
    private @Nullable StoreFullException noRoom(Write write, long bytes) {
        if (write instanceof Write.Delete) {
            return null;
        }
        Bulk.Provided bulk = provided(write);
        boolean grows = bulk != null || write instanceof Write.Create;
        String shortage = dialect.shortage(bytes + (bulk == null ? 0 : bulk.deflatedLength()), grows);
        return shortage == null
                ? null
                : new StoreFullException(
                        "no space left; nothing was stored, reads and deletes go on: " + shortage, null);
    }

    private WriteOutcome settle(Ticket.Pending submitted) {
        Ticket.Pending pending = submitted;
        CommitAnswer answer = pending.await();
        for (int tries = 0; tries < BYTES_NEEDED_AT_MOST; tries++) {
            if (answer instanceof CommitAnswer.Done done) {
                return done.outcome();
            }
            // The content was collected between our look and the commit: bring it again, the caller still holds the
            // bytes.
            Sha256 sha = Objects.requireNonNull(pending.content);
            contents.forget(sha);
            contents.ensure(sha, Objects.requireNonNull(provided(pending.write)), pending.write.key());
            pending = new Ticket.Pending(pending.write, pending.labels, pending.content, pending.bytes);
            answer = committer.commit(pending);
        }
        throw new StoreUnavailableException("the content of " + submitted.write.key() + " does not stay stored", null);
    }

    private static Bulk.@Nullable Provided provided(Write write) {
        Bulk bulk = switch (write) {
            case Write.Create create -> create.bulk();
            case Write.Replace replace -> replace.bulk();
            case Write.Delete delete -> null;
        };
        return bulk instanceof Bulk.Provided provided ? provided : null;
    }

    private Ticket.Pending pending(Write write) {
        Head head = switch (write) {
            case Write.Create create -> {
                if (create.bulk() instanceof Bulk.Unchanged) {
                    throw new IllegalArgumentException("a new object has no content that could be unchanged");
                }
                yield create.head();
            }
            case Write.Replace replace -> replace.head();
            case Write.Delete delete -> null;
        };
        if (head == null) {
            return new Ticket.Pending(write, null, null, 200);
        }
        verify(head.meta(), write.key());
        verify(head.rest(), write.key());
        Bulk.Provided bulk = provided(write);
        long bytes = 1000L
                + head.meta().deflated().length
                + head.rest().deflated().length
                + head.cells().length();
        return new Ticket.Pending(
                write, LabelSet.of(head.labels()), bulk == null ? null : Sha256.of(bulk.sha256()), bytes);
    }

    private void verify(Segment segment, String object) {
        try {
            SegmentInflater.inflate(pool, segment);
        } catch (ZipException e) {
            meters.corrupt.increment();
            throw new CorruptContentException(
                    "the head given for " + object + " does not inflate: " + e.getMessage(), e);
        }
    }

    @Override
    public @Nullable Entry get(KindId kind, String key, Projection projection) {
        ObjectKey object = new ObjectKey(kind.number(), key);
        return guard.<@Nullable Entry>read(session -> heads.current(session, object, projection));
    }

    @Override
    public @Nullable Entry entry(long revision) {
        Map<Long, Entry> found = guard.read(session -> heads.of(session, List.of(revision), Projection.HEAD));
        return found.get(revision);
    }

    @Override
    public PageOutcome page(PageQuery query) {
        return guard.read(session -> pages.page(session, query));
    }

    @Override
    public long count(KindId kind, @Nullable String namespace) {
        return guard.read(session -> {
            PreparedStatement select = session.prepare(
                    namespace == null
                            ? "SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = ?"
                            : "SELECT COALESCE(SUM(n), 0) FROM tally WHERE kind = ? AND ns = ?");
            select.setLong(1, kind.number());
            if (namespace != null) {
                select.setString(2, namespace);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public RevisionStanding standing(long revision, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            long rings = bell.rings();
            RevisionStanding standing = guard.read(session -> standing(session, revision));
            long left = deadline - System.nanoTime();
            if (standing != RevisionStanding.AHEAD || left <= 0) {
                return standing;
            }
            try {
                bell.await(rings, Math.min(left, Duration.ofMillis(250).toNanos()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return standing;
            }
        }
    }

    private RevisionStanding standing(Session session, long revision) throws SQLException {
        PreparedStatement select = session.prepare("""
                SELECT c.rev, s.compacted, (SELECT count(*) FROM epoch WHERE last < ? AND first > ?)
                FROM counter c, store s WHERE c.id = 1 AND s.id = 1
                """);
        select.setLong(1, revision);
        select.setLong(2, revision);
        try (ResultSet row = select.executeQuery()) {
            row.next();
            highest.saw(row.getLong(1));
            if (revision > row.getLong(1)) {
                return RevisionStanding.AHEAD;
            }
            return revision < row.getLong(2) || row.getLong(3) > 0
                    ? RevisionStanding.EXPIRED
                    : RevisionStanding.READABLE;
        }
    }

    @Override
    public Bulk.Chunks readBulk(StoredBulk bulk) {
        return bulks.open(List.of(bulk), BulkSequence.MOST_AHEAD).next();
    }

    @Override
    public BulkSequence readBulks(List<StoredBulk> wanted, int ahead) {
        return bulks.open(wanted, ahead);
    }

    @Override
    public Bulk.Chunks readRest(long revision, int piece) {
        return new LongRest(guard, meters, revision, piece);
    }

    @Override
    public FeedCursor follow(KindId kind, long after) {
        return feed.follow(kind, after);
    }

    @Override
    public byte[] tokenKey() {
        return tokenKey.clone();
    }

    @Override
    public String incarnation() {
        return incarnation;
    }

    @Override
    public StoreStatistics statistics() {
        return new StoreStatistics(
                highest.get(),
                compaction.compacted(),
                meters.writes.sum(),
                meters.refused.sum(),
                meters.batches.sum(),
                meters.replays.sum(),
                meters.contentsStored.sum(),
                meters.contentsCollected.sum(),
                meters.contentsRecompressed.sum(),
                meters.rowsCompacted.sum(),
                meters.corrupt.sum(),
                feed.watchers(),
                feed.ringBytes(),
                meters.logPages.sum(),
                cache.bytes(),
                meters.cacheHits.sum(),
                dialect.bytesOnDisk());
    }

    @Override
    public void upkeep() {
        upkeep.pass();
    }

    @Override
    public void probe() {
        guard.read(session -> session.number("SELECT rev FROM counter WHERE id = 1"));
        guard.check();
        if (committer.isAiling()) {
            // The last write failed, and a server that is not ready gets no other one that could tell that all is well.
            committer.call((session, log) -> {
                log.lock(List.of(), List.of(), List.of());
                log.rollback();
                return true;
            });
        }
        damage.requireDatabase();
    }

    @Override
    public void requireUndamaged() {
        damage.requireNone();
    }

    @Override
    public void close() {
        check.close();
        upkeep.close();
        feed.close();
        committer.close();
        dialect.close();
        pool.close();
    }
}
