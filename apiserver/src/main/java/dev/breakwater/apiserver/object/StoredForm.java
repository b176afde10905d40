package dev.breakwater.apiserver.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.json.JsonStrings;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.table.Cells;
import dev.breakwater.storage.CorruptContentException;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.Head;
import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.SegmentDeflater;
import dev.breakwater.storage.segment.SegmentInflater;
import dev.breakwater.storage.segment.ZlibPool;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Between an object as a tree without its bulk and the head that the store keeps.
 *
 * <p>The bytes of an object are {@code {"metadata":{"resourceVersion":"N",} + meta + rest + bulk + closing}: meta ends with the brace
 * of the metadata; rest holds every other field and ends in {@code "<bulkField>":}, or, where there is no bulk, in the last brace.
 */
public final class StoredForm {
    /** Small texts: the time does not matter, and every list sends them. */
    private static final int LEVEL = 6;

    private static final int SHA256 = 32;

    private final ZlibPool pool;

    public StoredForm(ZlibPool pool) {
        this.pool = pool;
    }

    /**
     * @param object without its bulk; the metadata complete but for resourceVersion, which is left out
     * @param bulkSha256 of the bulk's canonical bytes, or {@code null} if the object has none
     */
    public Head head(ReportKind kind, ObjectNode object, byte @Nullable [] bulkSha256) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        byte[] rest = rest(kind, object, bulkSha256 != null);
        return new Head(
                metadata.path("uid").asText(),
                metadata.path("generation").asLong(),
                Instant.parse(metadata.path("creationTimestamp").asText()),
                labels(metadata),
                Cells.of(kind, object),
                SegmentDeflater.deflate(pool, LEVEL, meta(metadata)),
                SegmentDeflater.deflate(pool, LEVEL, rest),
                content(rest, bulkSha256));
    }

    /**
     * The object without its bulk, from a head that was read whole.
     *
     * @param memory is asked for text and tree, before they are there
     */
    public ObjectNode tree(ReportKind kind, Entry entry, Allowance memory) {
        long text = 128 + entry.head().meta().length() + entry.head().rest().length();
        // Each part is there twice for a moment: as it comes out of the inflater, and in the text that is read.
        memory.take(2 * text);
        ByteBuilder json = new ByteBuilder((int) text);
        json.appendAscii("{\"metadata\":{\"resourceVersion\":\"")
                .appendAscii(Long.toString(entry.revision()))
                .appendAscii("\",");
        json.append(inflate(entry.key(), entry.head().meta()));
        json.append(inflate(entry.key(), entry.head().rest()));
        List<String> way = kind.bulkPath();
        if (entry.bulk() != null) {
            json.appendAscii("null").appendAscii(closing(kind));
        }
        ObjectNode object = (ObjectNode) CanonicalJson.read(json.array(), 0, json.length(), memory);
        memory.giveBack(2 * text);
        if (entry.bulk() != null) {
            parent(object, way).remove(way.getLast());
        }
        return object;
    }

    /** The metadata alone, without resourceVersion. */
    public ObjectNode metadata(Entry entry, Allowance memory) {
        long text = 1 + entry.head().meta().length();
        memory.take(2 * text);
        ByteBuilder json = new ByteBuilder((int) text);
        json.append('{').append(inflate(entry.key(), entry.head().meta()));
        ObjectNode metadata = (ObjectNode) CanonicalJson.read(json.array(), 0, json.length(), memory);
        memory.giveBack(2 * text);
        return metadata;
    }

    /** What closes an object behind its bulk. */
    public static String closing(ReportKind kind) {
        return "}".repeat(kind.bulkPath().size());
    }

    /** SHA-256 of the bulk that a head was made with, or {@code null} if there was none. */
    public static byte @Nullable [] bulkSha256(Head head) {
        byte[] content = head.content();
        return content.length == SHA256 ? null : Arrays.copyOfRange(content, SHA256, content.length);
    }

    /** SHA-256 of rest, followed by that of the bulk: so that a change of the rest alone need not know the bulk's bytes. */
    private static byte[] content(byte[] rest, byte @Nullable [] bulkSha256) {
        try {
            byte[] ofRest = MessageDigest.getInstance("SHA-256").digest(rest);
            if (bulkSha256 == null) {
                return ofRest;
            }
            byte[] content = Arrays.copyOf(ofRest, SHA256 * 2);
            System.arraycopy(bulkSha256, 0, content, SHA256, SHA256);
            return content;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] meta(ObjectNode metadata) {
        ByteBuilder out = new ByteBuilder(1024);
        List<Map.Entry<String, JsonNode>> members = CanonicalJson.members(metadata);
        members.removeIf(member -> member.getKey().equals("resourceVersion"));
        CanonicalJson.appendMembers(out, members, true);
        return out.append('}').toBytes();
    }

    private static byte[] rest(ReportKind kind, ObjectNode object, boolean withBulk) {
        ByteBuilder out = new ByteBuilder(2048);
        List<Map.Entry<String, JsonNode>> members = CanonicalJson.members(object);
        members.removeIf(member -> member.getKey().equals("metadata"));
        if (!withBulk) {
            CanonicalJson.appendMembers(out, members, false);
            return out.append('}').toBytes();
        }
        boolean first = false;
        for (String step : kind.bulkPath().subList(0, kind.bulkPath().size() - 1)) {
            JsonNode inner = null;
            for (Map.Entry<String, JsonNode> member : members) {
                if (member.getKey().equals(step)) {
                    inner = member.getValue();
                }
            }
            members.removeIf(member -> member.getKey().equals(step));
            CanonicalJson.appendMembers(out, members, first);
            if (!first || !members.isEmpty()) {
                out.append(',');
            }
            JsonStrings.append(out, step);
            out.append(':').append('{');
            if (inner == null) {
                throw new IllegalArgumentException("an object with a bulk has " + step + " around it");
            }
            members = CanonicalJson.members(inner);
            first = true;
        }
        CanonicalJson.appendMembers(out, members, true);
        if (!members.isEmpty()) {
            out.append(',');
        }
        JsonStrings.append(out, kind.bulkPath().getLast());
        return out.append(':').toBytes();
    }

    private static ObjectNode parent(ObjectNode object, List<String> way) {
        ObjectNode parent = object;
        for (String step : way.subList(0, way.size() - 1)) {
            parent = (ObjectNode) parent.get(step);
        }
        return parent;
    }

    private static Map<String, String> labels(ObjectNode metadata) {
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        // Not Map.copyOf: keys that collide, which clients can choose, are found one by one there.
        return Collections.unmodifiableMap(labels);
    }

    private byte[] inflate(String key, Segment segment) {
        try {
            return SegmentInflater.inflate(pool, segment);
        } catch (ZipException e) {
            throw new CorruptContentException("the head of " + key + " is damaged: " + e.getMessage(), e);
        }
    }
}
