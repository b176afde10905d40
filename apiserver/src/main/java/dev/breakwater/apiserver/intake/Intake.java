package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bodies of writes.
 *
 * <p>Threading: safe for any number of threads; each call reads on the caller's.
 */
public final class Intake {
    private final ZlibPool pool;
    private final ByteBudget budget;
    private final BulkMemo memo;
    private final Path spill;
    private final long limit;

    /**
     * @param spill folder for the deflated bytes of very large bulks
     * @param limit most bytes of a body
     */
    public Intake(ZlibPool pool, ByteBudget budget, BulkMemo memo, Path spill, long limit) {
        this.pool = pool;
        this.budget = budget;
        this.memo = memo;
        this.spill = spill;
        this.limit = limit;
    }

    public long limit() {
        return limit;
    }

    /**
     * Reads a whole object.
     *
     * @param length of the body, -1 if it is not known
     * @throws MalformedException if it is no JSON object
     * @throws dev.breakwater.apiserver.status.StatusException 413 beyond the limit, 429 beyond the budget
     */
    public Incoming read(KindSchema schema, InputStream body, long length) throws IOException {
        return read(schema, body, length, false);
    }

    public Incoming read(KindSchema schema, byte[] json) throws IOException {
        return read(schema, new ByteArrayInputStream(json), json.length, false);
    }

    /** Reads an object whose bulk stays what it is in the store: that it is missing is no error. */
    public Incoming readHead(KindSchema schema, byte[] json) throws IOException {
        return read(schema, new ByteArrayInputStream(json), json.length, true);
    }

    private Incoming read(KindSchema schema, InputStream body, long length, boolean bulkElsewhere) throws IOException {
        List<AutoCloseable> held = new ArrayList<>();
        ByteBudget.Share share = budget.open();
        held.add(share);
        boolean done = false;
        try {
            JsonWindow window = new JsonWindow(body, length, limit, share);
            ObjectReader reader = new ObjectReader(schema, window, pool, memo, spill, bulkElsewhere, held);
            Incoming incoming = reader.read();
            done = true;
            return incoming;
        } finally {
            if (!done) {
                Incoming.closeAll(held);
            }
        }
    }
}
