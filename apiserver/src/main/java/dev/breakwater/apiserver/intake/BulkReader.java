package dev.breakwater.apiserver.intake;

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
    private final KindSchema schema;
    private final JsonWindow window;
    private final ZlibPool pool;
    private final BulkMemo memo;
    private final Path spill;
    private final List<AutoCloseable> held;
    private boolean remembered;
    private final ByteBuilder element = new ByteBuilder(8 * 1024);

    BulkReader(
            KindSchema schema, JsonWindow window, ZlibPool pool, BulkMemo memo, Path spill, List<AutoCloseable> held) {
        this.schema = schema;
        this.window = window;
        this.pool = pool;
        this.memo = memo;
        this.spill = spill;
        this.held = held;
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
            Bulk.ChunkSource again = () -> transcribe(bytes, from, to, node, where, new Findings())
                    .chunks()
                    .open();
            return new Bulk.Provided(known.sha256(), known.crc(), known.length(), known.deflatedLength(), again);
        }
        Bulk.Provided bulk = transcribe(bytes, from, to, node, where, own);
        memo.keep(key, new BulkMemo.Known(bulk.sha256(), bulk.crc(), bulk.length(), bulk.deflatedLength(), own));
        return bulk;
    }

    private Bulk.Provided transcribe(byte[] bytes, int from, int to, SchemaNode node, FieldPath where, Findings own)
            throws IOException {
        Canonicalizer canonicalizer = canonicalizer(where, own);
        BulkWriter writer = newWriter();
        if (bytes[from] == '[') {
            canonicalizer.appendElements(bytes, from, to, node, writer);
        } else {
            element.setLength(0);
            canonicalizer.append(bytes, from, to, node);
            writer.write(element.array(), 0, element.length());
        }
        return writer.finish();
    }

    private Bulk.Provided streamed(SchemaNode node, FieldPath where, Findings own) throws IOException {
        Canonicalizer canonicalizer = canonicalizer(where, own);
        BulkWriter writer = newWriter();
        if (window.peek() == '[') {
            array(node, canonicalizer, writer);
        } else {
            object(node, canonicalizer, writer);
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
                one(node.items(), canonicalizer, writer);
            } while (window.another(']'));
            canonicalizer.path.leave();
        }
        writer.write(']');
    }

    private void one(SchemaNode node, Canonicalizer canonicalizer, OutputStream writer) throws IOException {
        if (window.peek() < 0) {
            throw window.malformed(-1, "a value");
        }
        int end = window.frame();
        element.setLength(0);
        canonicalizer.append(window.bytes(), window.at(), end, node);
        window.at(end);
        writer.write(element.array(), 0, element.length());
    }

    private void object(SchemaNode node, Canonicalizer canonicalizer, OutputStream writer) throws IOException {
        TreeMap<String, Bulk.Provided> members = new TreeMap<>(JsonStrings.BY_UTF8);
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

    private long member(SchemaNode node, Canonicalizer canonicalizer, Map<String, Bulk.Provided> members)
            throws IOException {
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
            canonicalizer.findings.duplicate(canonicalizer.path.child(name));
        } else if (property == null && node.closed()) {
            canonicalizer.findings.unknown(canonicalizer.path.child(name));
        }
        canonicalizer.path.enter(name);
        SchemaNode value = property == null ? node.undeclared() : property.schema();
        BulkWriter writer = newWriter();
        if (window.peek() == '[' && (value.type() == null || value.type() == SchemaNode.Type.ARRAY)) {
            array(value, canonicalizer, writer);
        } else {
            one(value, canonicalizer, writer);
        }
        canonicalizer.path.leave();
        members.put(name, writer.finish());
        return property == null ? 0 : property.bit();
    }

    private void assemble(Map<String, Bulk.Provided> members, OutputStream writer) throws IOException {
        writer.write('{');
        boolean first = true;
        for (Map.Entry<String, Bulk.Provided> member : members.entrySet()) {
            element.setLength(0);
            if (!first) {
                element.append(',');
            }
            first = false;
            JsonStrings.append(element, member.getKey());
            element.append(':');
            writer.write(element.array(), 0, element.length());
            try (SegmentInflater inflater = new SegmentInflater(pool);
                    Bulk.Chunks chunks = member.getValue().chunks().open()) {
                for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                    inflater.feed(chunk, writer);
                }
            }
        }
        writer.write('}');
    }

    private Canonicalizer canonicalizer(FieldPath where, Findings own) {
        Canonicalizer canonicalizer = new Canonicalizer(element, own);
        where.copyTo(canonicalizer.path);
        return canonicalizer;
    }

    private BulkWriter newWriter() {
        BulkWriter writer = new BulkWriter(pool, spill);
        held.add(writer);
        return writer;
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
