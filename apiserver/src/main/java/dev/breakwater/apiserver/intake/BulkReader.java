package dev.breakwater.apiserver.intake;

import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.Breather;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.schema.SchemaNode;
import dev.breakwater.apiserver.schema.SchemaNode.Property;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.BulkWriter;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the bulk of one body: element by element into hash, deflater and validator.
 *
 * <p>The members of an object must come out in order of their keys, and do not come in so: those of a long one are deflated each
 * alone, then put together in order through a second deflater.
 */
final class BulkReader {
    /** Deflate bytes of one bulk that stay in memory: reports of some 2 MB; longer ones go through a temporary file. */
    private static final int SPILL_THRESHOLD = 256 * 1024;
    /** What a writer takes before its first byte. */
    private static final int WRITER = 24 * 1024;
    /** Most long members of one bulk that are deflated alone; an SBOM has two. */
    private static final int MOST_WRITERS = 16;
    /** A short member of a bulk, beside its bytes. */
    private static final int MEMBER = 200;

    private final KindSchema schema;
    private final JsonWindow window;
    private final ZlibPool pool;
    private final BulkMemo memo;
    private final Path spill;
    private final ByteBudget.Share share;
    private final List<AutoCloseable> held;
    private final ByteBuilder element;
    private final Breather breather = new Breather();
    private boolean remembered;
    private int writers;

    BulkReader(
            KindSchema schema,
            JsonWindow window,
            ZlibPool pool,
            BulkMemo memo,
            Path spill,
            ByteBudget.Share share,
            List<AutoCloseable> held) {
        this.schema = schema;
        this.window = window;
        this.pool = pool;
        this.memo = memo;
        this.spill = spill;
        this.share = share;
        this.held = held;
        this.element = new ByteBuilder(8 * 1024, share);
    }

    /** Whether the last bulk was known from before. */
    boolean remembered() {
        return remembered;
    }

    Bulk.Provided read(SchemaNode node, FieldPath where, Findings all) throws IOException {
        Findings own = new Findings();
        Bulk.Provided bulk = window.whole() ? remembered(node, where, own) : streamed(node, where, own);
        all.addAll(own);
        return bulk;
    }

    /** The whole bulk lies in the window. */
    private Bulk.Provided remembered(SchemaNode node, FieldPath where, Findings own) throws IOException {
        byte[] bytes = window.bytes();
        int from = window.at();
        int to = window.frame();
        ByteBuffer key = memoKey(bytes, from, to);
        BulkMemo.Known known = memo.find(key);
        remembered = known != null;
        window.at(to);
        if (known != null) {
            own.addAll(known.findings());
            // The store reads it again in the middle of a commit, where nothing may be refused: paid for here.
            share.take(WRITER + Math.min(known.deflatedLength(), SPILL_THRESHOLD));
            Bulk.ChunkSource again = () -> {
                BulkWriter writer = new BulkWriter(pool, BulkWriter.WRITE_LEVEL, spill, SPILL_THRESHOLD);
                held.add(writer);
                ByteBuilder canonical = new ByteBuilder(8 * 1024);
                Canonicalizer canonicalizer = new Canonicalizer(canonical, new Findings(), Allowance.UNLIMITED);
                where.copyTo(canonicalizer.path);
                transcribe(bytes, from, to, node, canonicalizer, canonical, writer);
                return writer.finish().chunks().open();
            };
            return new Bulk.Provided(known.sha256(), known.crc(), known.length(), known.deflatedLength(), again);
        }
        BulkWriter writer = newWriter();
        transcribe(bytes, from, to, node, canonicalizer(where, own), element, counted(writer));
        Bulk.Provided bulk = writer.finish();
        memo.keep(key, new BulkMemo.Known(bulk.sha256(), bulk.crc(), bulk.length(), bulk.deflatedLength(), own));
        return bulk;
    }

    private static void transcribe(
            byte[] bytes,
            int from,
            int to,
            SchemaNode node,
            Canonicalizer canonicalizer,
            ByteBuilder element,
            OutputStream writer)
            throws IOException {
        if (bytes[from] == '[') {
            canonicalizer.appendElements(bytes, from, to, node, writer);
        } else {
            element.setLength(0);
            canonicalizer.append(bytes, from, to, node);
            writer.write(element.array(), 0, element.length());
        }
    }

    private Bulk.Provided streamed(SchemaNode node, FieldPath where, Findings own) throws IOException {
        Canonicalizer canonicalizer = canonicalizer(where, own);
        BulkWriter writer = newWriter();
        if (window.peek() == '[') {
            array(node, canonicalizer, counted(writer));
        } else {
            object(node, canonicalizer, counted(writer));
        }
        return writer.finish();
    }

    private void array(SchemaNode node, Canonicalizer canonicalizer, OutputStream writer) throws IOException {
        writer.write('[');
        if (window.begin('[', ']')) {
            canonicalizer.path.enter(0);
            int i = 0;
            do {
                if (i > 0) {
                    writer.write(',');
                }
                canonicalizer.path.index(i++);
                one(node.items(), canonicalizer);
                writer.write(element.array(), 0, element.length());
            } while (window.another(']'));
            canonicalizer.path.leave();
        }
        writer.write(']');
    }

    /** Leaves the canonical bytes of the next value in {@link #element}. */
    private void one(SchemaNode node, Canonicalizer canonicalizer) throws IOException {
        if (window.peek() < 0) {
            throw window.malformed(-1, "a value");
        }
        int end = window.frame();
        element.setLength(0);
        canonicalizer.append(window.bytes(), window.at(), end, node);
        window.at(end);
        breather.steps(1 + (element.length() >> 7));
    }

    /** A member of a long bulk until all are there. */
    private sealed interface Member {
        record Short(byte[] canonical) implements Member {}

        record Long(Bulk.Provided deflated) implements Member {}
    }

    private void object(SchemaNode node, Canonicalizer canonicalizer, OutputStream writer) throws IOException {
        TreeMap<String, Member> members = new TreeMap<>(JsonStrings.BY_UTF8);
        long seen = 0;
        if (window.begin('{', '}')) {
            do {
                seen |= member(node, canonicalizer, members);
            } while (window.another('}'));
        }
        long missing = node.required() & ~seen;
        if (missing != 0) {
            ScalarRules.missing(canonicalizer.findings, canonicalizer.path, node, missing);
        }
        assemble(members, writer);
    }

    private long member(SchemaNode node, Canonicalizer canonicalizer, Map<String, Member> members) throws IOException {
        if (window.peek() != '"') {
            throw window.malformed(window.peek(), "a key");
        }
        int end = window.frame();
        element.setLength(0);
        canonicalizer.append(window.bytes(), window.at(), end, SchemaNode.ANY);
        window.at(end);
        Property property = node.property(element.array(), 1, element.length() - 1);
        String name = StringBytes.decode(element.array(), 1, element.length() - 1);
        window.take(':');
        if (members.containsKey(name)) {
            canonicalizer.findings.duplicate(canonicalizer.path, name);
        } else if (property == null && node.closed()) {
            canonicalizer.findings.unknown(canonicalizer.path, name);
        }
        share.take(MEMBER + 2L * name.length());
        canonicalizer.path.enter(name);
        SchemaNode value = property == null ? node.undeclared() : property.schema();
        boolean streams = window.peek() == '[' && (value.type() == null || value.type() == SchemaNode.Type.ARRAY);
        if (streams && writers < MOST_WRITERS) {
            BulkWriter writer = newWriter();
            array(value, canonicalizer, counted(writer));
            members.put(name, new Member.Long(writer.finish()));
        } else {
            one(value, canonicalizer);
            share.take(element.length());
            members.put(name, new Member.Short(Arrays.copyOf(element.array(), element.length())));
        }
        canonicalizer.path.leave();
        return property == null ? 0 : property.bit();
    }

    private void assemble(Map<String, Member> members, OutputStream writer) throws IOException {
        writer.write('{');
        boolean first = true;
        for (Map.Entry<String, Member> member : members.entrySet()) {
            element.setLength(0);
            if (!first) {
                element.append(',');
            }
            first = false;
            JsonStrings.append(element, member.getKey());
            element.append(':');
            writer.write(element.array(), 0, element.length());
            switch (member.getValue()) {
                case Member.Short one -> writer.write(one.canonical(), 0, one.canonical().length);
                case Member.Long many -> inflate(many.deflated(), writer);
            }
        }
        writer.write('}');
    }

    private void inflate(Bulk.Provided deflated, OutputStream writer) throws IOException {
        try (SegmentInflater inflater = new SegmentInflater(pool);
                Bulk.Chunks chunks = deflated.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                inflater.feed(chunk, writer);
            }
        }
    }

    private Canonicalizer canonicalizer(FieldPath where, Findings own) {
        Canonicalizer canonicalizer = new Canonicalizer(element, own, share);
        where.copyTo(canonicalizer.path);
        return canonicalizer;
    }

    private BulkWriter newWriter() {
        share.take(WRITER);
        BulkWriter writer = new BulkWriter(pool, BulkWriter.WRITE_LEVEL, spill, SPILL_THRESHOLD);
        held.add(writer);
        writers++;
        return writer;
    }

    private OutputStream counted(BulkWriter writer) {
        return new CountedBulk(writer, SPILL_THRESHOLD + Bulk.MAX_CHUNK, share);
    }

    private ByteBuffer memoKey(byte[] bytes, int from, int to) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, from, to - from);
            ByteBuffer key = ByteBuffer.allocate(40);
            key.putInt(schema.kind().id().number()).putInt(schema.version()).put(sha256.digest());
            return key.flip().asReadOnlyBuffer();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
