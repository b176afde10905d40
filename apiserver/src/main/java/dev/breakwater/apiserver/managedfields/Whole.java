package dev.breakwater.apiserver.managedfields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An object whose bulk is known by its hash.
 *
 * @param head everything but the bulk; not changed
 * @param bulkSha256 {@code null} if there is no bulk
 */
public record Whole(ObjectNode head, byte @Nullable [] bulkSha256) {
    /**
     * The object with its hash in the place of the bulk, as a node that no client can send, without its managed fields, and without
     * one member of the root if {@code left} names one. Shares what is below with the head.
     */
    ObjectNode marked(List<String> bulkPath, @Nullable String left) {
        ObjectNode root = copy(head);
        if (head.get("metadata") instanceof ObjectNode metadata && metadata.has("managedFields")) {
            root.set("metadata", copy(metadata).without("managedFields"));
        }
        if (bulkSha256 != null) {
            ObjectNode parent = root;
            for (String step : bulkPath.subList(0, bulkPath.size() - 1)) {
                ObjectNode child = parent.get(step) instanceof ObjectNode there ? copy(there) : parent.objectNode();
                parent.set(step, child);
                parent = child;
            }
            parent.set(bulkPath.getLast(), BinaryNode.valueOf(bulkSha256));
        }
        if (left != null) {
            root.remove(left);
        }
        return root;
    }

    /** The same without those fields of the metadata that are nobody's. */
    ObjectNode compared(List<String> bulkPath, @Nullable String left) {
        ObjectNode root = marked(bulkPath, left);
        if (root.get("metadata") instanceof ObjectNode metadata) {
            root.set("metadata", copy(metadata).without(ManagedFields.OF_NOBODY));
        }
        return root;
    }

    /** Takes the bulk's hash out of {@code marked} again, which is changed. */
    static Whole of(ObjectNode marked, List<String> bulkPath) {
        ObjectNode parent = marked;
        for (int i = 0; i < bulkPath.size() - 1; i++) {
            if (!(parent.get(bulkPath.get(i)) instanceof ObjectNode child)) {
                return new Whole(marked, null);
            }
            ObjectNode own = copy(child);
            parent.set(bulkPath.get(i), own);
            parent = own;
        }
        JsonNode bulk = bulkPath.isEmpty() ? null : parent.get(bulkPath.getLast());
        if (!(bulk instanceof BinaryNode sha256)) {
            return new Whole(marked, null);
        }
        parent.remove(bulkPath.getLast());
        return new Whole(marked, sha256.binaryValue());
    }

    private static ObjectNode copy(ObjectNode object) {
        return object.objectNode().setAll(object);
    }
}
