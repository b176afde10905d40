package dev.breakwater.apiserver.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.schema.SchemaNode;
import dev.breakwater.storage.segment.ZlibPool;
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
    /** First buffers of head, element and deflater, and whatever else does not grow with the body. */
    private static final int SMALL_PARTS = 40 * 1024;

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

    /** Memory for one request; close it when the request is answered. */
    public ByteBudget.Share open() {
        return budget.open();
    }

    /**
     * Reads a whole object.
     *
     * @param length of the body, -1 if it is not known
     * @throws MalformedException if it is no JSON object
     * @throws dev.breakwater.apiserver.status.StatusException 413 beyond a limit, 429 beyond the budget
     */
    public Incoming read(KindSchema schema, InputStream body, long length) throws IOException {
        ByteBudget.Share share = budget.open();
        return read(schema, share, List.of(share), () -> new JsonWindow(body, length, limit, share), false);
    }

    /** Reads a whole object that is in memory. */
    public Incoming read(KindSchema schema, byte[] json) throws IOException {
        ByteBudget.Share share = budget.open();
        return read(schema, share, List.of(share), () -> new JsonWindow(json, json.length), false);
    }

    /**
     * Reads a whole object out of text that {@code share} has paid for already.
     *
     * @param share stays the caller's
     */
    public Incoming read(KindSchema schema, ByteBuilder json, ByteBudget.Share share) throws IOException {
        return read(schema, share, List.of(), () -> new JsonWindow(json.array(), json.length()), false);
    }

    /** Reads an object whose bulk stays what it is in the store: that it is missing is no error. */
    public Incoming readHead(KindSchema schema, ByteBuilder json, ByteBudget.Share share) throws IOException {
        return read(schema, share, List.of(), () -> new JsonWindow(json.array(), json.length()), true);
    }

    /**
     * Makes a tree of a whole small body, such as a patch or options; every node is paid for before it is made.
     *
     * @param json is garbage afterwards, and given back to {@code share}, which has paid for it
     * @throws MalformedException if it is no JSON, nested too deeply, or holds a number that no float64 takes
     */
    public static JsonNode tree(ByteBuilder json, ByteBudget.Share share) throws MalformedException {
        long mark = share.taken() - json.array().length;
        ByteBuilder canonical = new ByteBuilder(0, share);
        new Canonicalizer(canonical, new Findings(), share).append(json.array(), 0, json.length(), SchemaNode.ANY);
        share.backTo(mark + canonical.array().length);
        JsonNode tree = CanonicalJson.read(canonical.array(), 0, canonical.length(), share);
        share.giveBack(canonical.array().length);
        return tree;
    }

    /** Opens the window when the share is held: what it throws must release the share. */
    private interface Opening {
        JsonWindow window() throws IOException;
    }

    private Incoming read(
            KindSchema schema, ByteBudget.Share share, List<AutoCloseable> own, Opening opening, boolean bulkElsewhere)
            throws IOException {
        List<AutoCloseable> held = new ArrayList<>(own);
        boolean done = false;
        try {
            share.take(SMALL_PARTS);
            ObjectReader reader =
                    new ObjectReader(schema, opening.window(), pool, memo, spill, bulkElsewhere, share, held);
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
