package dev.breakwater.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6902.
 *
 * @param operations in order; all or none take effect
 */
public record JsonPatch(List<Operation> operations) {
    /** Most operations of one patch, as in kube-apiserver. */
    public static final int MOST = 10_000;

    /**
     * One operation.
     *
     * @param from {@code null} for operations that have none
     */
    record Operation(
            String op,
            JsonPointer path,
            @Nullable JsonPointer from,
            @Nullable JsonNode value) {}

    /**
     * Reads a patch.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonPatch of(JsonNode patch) {
        if (!patch.isArray()) {
            throw new IllegalArgumentException("a JSON patch is an array of operations");
        }
        List<Operation> operations = new ArrayList<>(patch.size());
        for (JsonNode one : patch) {
            String op = one.path("op").asText();
            boolean needsValue = op.equals("add") || op.equals("replace") || op.equals("test");
            boolean needsFrom = op.equals("move") || op.equals("copy");
            if (!needsValue && !needsFrom && !op.equals("remove")) {
                throw new IllegalArgumentException("unknown operation " + FieldError.quoted(op)
                        + ": allowed are add, remove, replace, move, copy, test");
            }
            boolean whole = one.path("path").isTextual()
                    && (!needsFrom || one.path("from").isTextual())
                    && (!needsValue || one.has("value"));
            if (!whole) {
                throw new IllegalArgumentException(
                        "operation " + op + " needs path" + (needsValue ? " and value" : needsFrom ? " and from" : ""));
            }
            operations.add(new Operation(
                    op,
                    JsonPointer.of(one.get("path").textValue()),
                    needsFrom ? JsonPointer.of(one.get("from").textValue()) : null,
                    one.get("value")));
        }
        return new JsonPatch(operations);
    }

    /** Whether no operation reads or writes what lies at {@code way} or around it. */
    public boolean misses(List<String> way) {
        return operations.stream().allMatch(op -> apart(op.path, way) && (op.from == null || apart(op.from, way)));
    }

    /**
     * {@code target} with the patch applied; it may be changed on the way, also by a patch that fails.
     *
     * @param memory is asked for what the patch adds
     * @throws dev.breakwater.apiserver.status.StatusException 413 for a patch that copies or moves too much, 400 for one that nests too
     *     deeply
     */
    public JsonNode apply(JsonNode target, Allowance memory) throws PatchException {
        PatchRun run = new PatchRun(target, memory);
        for (Operation operation : operations) {
            run.apply(operation);
        }
        return run.root();
    }

    private static boolean apart(JsonPointer pointer, List<String> way) {
        List<String> path = pointer.steps();
        return !isPrefix(path, way) && !isPrefix(way, path);
    }

    static boolean isPrefix(List<String> prefix, List<String> path) {
        return prefix.size() <= path.size() && path.subList(0, prefix.size()).equals(prefix);
    }
}
