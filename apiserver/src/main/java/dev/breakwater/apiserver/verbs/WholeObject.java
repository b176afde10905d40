package dev.breakwater.apiserver.verbs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.Entry;
import dev.breakwater.storage.StoredBulk;
import dev.breakwater.storage.segment.PlainSplice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** Makes the tree of a stored object with its bulk; only for patches that change a bulk, and only up to their limit. */
final class WholeObject {
    private final Registry registry;

    WholeObject(Registry registry) {
        this.registry = registry;
    }

    /** @param memory is asked for all of it */
    ObjectNode tree(ReportKind kind, Entry entry, Allowance memory) throws IOException {
        ObjectNode object = registry.form().tree(kind, entry, memory);
        StoredBulk bulk = entry.bulk();
        if (bulk == null) {
            return object;
        }
        if (bulk.length() > Patch.LIMIT) {
            throw Statuses.requestEntityTooLarge("a patch may change " + String.join(".", kind.bulkPath())
                    + " up to a length of " + Patch.LIMIT + " bytes, and this one has " + bulk.length()
                    + "; replace the object instead");
        }
        memory.take(bulk.length());
        Whole plain = new Whole((int) bulk.length());
        try (PlainSplice splice = new PlainSplice(registry.pool(), plain);
                Bulk.Chunks chunks = registry.store().readBulk(bulk)) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                splice.chunk(chunk);
            }
            splice.endChunks(bulk.crc(), bulk.length());
        }
        List<String> way = kind.bulkPath();
        ObjectNode parent = object;
        for (String step : way.subList(0, way.size() - 1)) {
            parent = (ObjectNode) parent.get(step);
        }
        parent.set(way.getLast(), CanonicalJson.read(plain.array(), 0, plain.size(), memory));
        memory.giveBack(bulk.length());
        return object;
    }

    /** Its bytes are read where they are. */
    private static final class Whole extends ByteArrayOutputStream {
        Whole(int length) {
            super(length);
        }

        byte[] array() {
            return buf;
        }
    }
}
