package dev.breakwater.apiserver.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Breather;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.schema.SchemaNode;
import dev.breakwater.apiserver.schema.SchemaNode.Property;
import dev.breakwater.apiserver.schema.SchemaNode.Type;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Walks one object down to its bulk: what lies beside the way goes into the head. Used once. */
final class ObjectReader {
    /** Most bytes of what is beside the bulk, as canonical JSON; kube-apiserver takes 3 MiB with everything. */
    private static final int LONGEST_HEAD = 2 << 20;
    /** Most memory of the tree of it: small enough that an update has room for the old one and the new one. */
    private static final long LARGEST_HEAD = 4 << 20;
    /** A name beside the bulk that no schema knows is kept for as long as the object is read. */
    private static final int NAME = 96;

    private final KindSchema schema;
    private final JsonWindow window;
    private final Findings findings = new Findings();
    private final ByteBudget.Share share;
    private final ByteBuilder head;
    private final Canonicalizer canonicalizer;
    private final BulkReader bulkReader;
    private final boolean bulkElsewhere;
    private final List<AutoCloseable> held;
    private final Breather breather = new Breather();
    private Bulk.@Nullable Provided bulk;

    ObjectReader(
            KindSchema schema,
            JsonWindow window,
            ZlibPool pool,
            BulkMemo memo,
            Path spill,
            boolean bulkElsewhere,
            ByteBudget.Share share,
            List<AutoCloseable> held) {
        this.schema = schema;
        this.window = window;
        this.bulkElsewhere = bulkElsewhere;
        this.share = share;
        this.held = held;
        this.head = new ByteBuilder(4096, share);
        this.canonicalizer = new Canonicalizer(head, findings, share);
        this.bulkReader = new BulkReader(schema, window, pool, memo, spill, share, held);
    }

    Incoming read() throws IOException {
        if (window.peek() != '{') {
            throw window.malformed(window.peek(), "an object");
        }
        walk(schema.root(), 0);
        if (window.peek() >= 0) {
            throw window.malformed(window.peek(), "end of body");
        }
        checkLength();
        long before = share.taken();
        JsonNode tree = CanonicalJson.read(head.array(), 0, head.length(), share);
        if (share.taken() - before > LARGEST_HEAD) {
            throw tooLarge("takes " + (share.taken() - before) + " bytes of memory; at most " + LARGEST_HEAD);
        }
        // The text is garbage now, and will be made again, in two parts and deflated, for the store.
        share.take(head.length());
        return new Incoming((ObjectNode) tree, bulk, bulkReader.remembered(), findings, share, held);
    }

    private void checkLength() {
        if (head.length() > LONGEST_HEAD) {
            throw tooLarge("is longer than " + LONGEST_HEAD + " bytes, the most that is allowed");
        }
    }

    private StatusException tooLarge(String because) {
        String what = schema.bulkPath().isEmpty()
                ? "the object "
                : "what the object holds beside " + String.join(".", schema.bulkPath()) + " ";
        return Statuses.requestEntityTooLarge(what + because);
    }

    private void walk(SchemaNode node, int level) throws IOException {
        head.append('{');
        Set<String> names = new HashSet<>();
        long seen = 0;
        boolean first = true;
        if (window.begin('{', '}')) {
            do {
                String name = key();
                byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
                Property property = node.property(utf8, 0, utf8.length);
                if (property == null) {
                    share.take(NAME + 2L * utf8.length);
                }
                if (!names.add(name)) {
                    findings.duplicate(canonicalizer.path, name);
                } else if (property == null && node.closed()) {
                    findings.unknown(canonicalizer.path, name);
                }
                seen |= property == null ? 0 : property.bit();
                canonicalizer.path.enter(name);
                first &= !member(name, property == null ? node.undeclared() : property.schema(), level, first);
                canonicalizer.path.leave();
                checkLength();
                breather.steps(1);
            } while (window.another('}'));
        }
        head.append('}');
        long missing = node.required() & ~seen & ~excused(node, level);
        if (missing != 0) {
            ScalarRules.missing(findings, canonicalizer.path, node, missing);
        }
    }

    /** Reads the value of one member; whether it went into the head. */
    private boolean member(String name, SchemaNode node, int level, boolean first) throws IOException {
        List<String> way = schema.bulkPath();
        int begin = window.peek();
        boolean onTheWay = level < way.size() && way.get(level).equals(name);
        if (onTheWay) {
            // A second value under the same key replaces what was read from the first.
            bulk = null;
            if (level == way.size() - 1 && begin == (node.type() == Type.ARRAY ? '[' : '{')) {
                bulk = bulkReader.read(node, canonicalizer.path, findings);
                return false;
            }
        }
        if (!first) {
            head.append(',');
        }
        JsonStrings.append(head, name);
        head.append(':');
        if (onTheWay && level < way.size() - 1 && begin == '{') {
            walk(node, level + 1);
        } else {
            int end = window.frame();
            canonicalizer.append(window.bytes(), window.at(), end, node);
            window.at(end);
        }
        return true;
    }

    private String key() throws IOException {
        if (window.peek() != '"') {
            throw window.malformed(window.peek(), "a key");
        }
        int end = window.frame();
        int mark = head.length();
        canonicalizer.append(window.bytes(), window.at(), end, SchemaNode.ANY);
        window.at(end);
        String name = StringBytes.decode(head.array(), mark + 1, head.length() - 1);
        head.setLength(mark);
        window.take(':');
        return name;
    }

    private long excused(SchemaNode node, int level) {
        List<String> way = schema.bulkPath();
        if (!bulkElsewhere || level != way.size() - 1) {
            return 0;
        }
        byte[] utf8 = way.get(level).getBytes(StandardCharsets.UTF_8);
        Property property = node.property(utf8, 0, utf8.length);
        return property == null ? 0 : property.bit();
    }
}
