package dev.breakwater.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
            List<String> path,
            @Nullable List<String> from,
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
                    pointer(one.get("path").textValue()),
                    needsFrom ? pointer(one.get("from").textValue()) : null,
                    one.get("value")));
        }
        return new JsonPatch(operations);
    }

    /** Whether no operation reads or writes what lies at {@code way} or around it. */
    public boolean misses(List<String> way) {
        return operations.stream().allMatch(op -> apart(op.path, way) && (op.from == null || apart(op.from, way)));
    }

    /** {@code target} with the patch applied; it may be changed on the way, also by a patch that fails. */
    public JsonNode apply(JsonNode target) throws PatchException {
        JsonNode root = target;
        for (Operation operation : operations) {
            root = apply(root, operation);
        }
        return root;
    }

    private static JsonNode apply(JsonNode root, Operation operation) throws PatchException {
        JsonNode value = operation.value == null ? NullNode.instance : operation.value;
        List<String> from = operation.from == null ? List.of() : operation.from;
        return switch (operation.op) {
            case "add" -> add(root, operation, value.deepCopy());
            case "remove" -> {
                remove(root, operation, operation.path);
                yield root;
            }
            case "replace" -> replace(root, operation, value.deepCopy());
            case "test" -> {
                if (!find(root, operation, operation.path).equals(value)) {
                    throw failure(operation, "testing value failed");
                }
                yield root;
            }
            case "copy" -> add(root, operation, find(root, operation, from).deepCopy());
            default -> {
                if (isPrefix(from, operation.path) && from.size() < operation.path.size()) {
                    throw failure(operation, "a value cannot be moved into itself");
                }
                JsonNode moved = find(root, operation, from);
                remove(root, operation, from);
                yield add(root, operation, moved);
            }
        };
    }

    private static JsonNode replace(JsonNode root, Operation operation, JsonNode value) throws PatchException {
        if (operation.path.isEmpty()) {
            return value;
        }
        find(root, operation, operation.path);
        remove(root, operation, operation.path);
        return add(root, operation, value);
    }

    private static JsonNode add(JsonNode root, Operation operation, JsonNode value) throws PatchException {
        if (operation.path.isEmpty()) {
            return value;
        }
        JsonNode parent = find(root, operation, operation.path.subList(0, operation.path.size() - 1));
        String last = operation.path.getLast();
        if (parent instanceof ObjectNode object) {
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            int index = last.equals("-") ? array.size() : index(operation, last, array.size());
            array.insert(index, value);
        } else {
            throw failure(operation, "the parent is neither object nor array");
        }
        return root;
    }

    private static void remove(JsonNode root, Operation operation, List<String> path) throws PatchException {
        find(root, operation, path);
        if (path.isEmpty()) {
            throw failure(operation, "the whole object cannot be removed");
        }
        JsonNode parent = find(root, operation, path.subList(0, path.size() - 1));
        if (parent instanceof ObjectNode object) {
            object.remove(path.getLast());
        } else if (parent instanceof ArrayNode array) {
            array.remove(index(operation, path.getLast(), array.size() - 1));
        }
    }

    private static JsonNode find(JsonNode root, Operation operation, List<String> path) throws PatchException {
        JsonNode value = root;
        for (String step : path) {
            JsonNode next = value instanceof ArrayNode array
                    ? array.get(index(operation, step, array.size() - 1))
                    : value.get(step);
            if (next == null) {
                throw failure(operation, "the path does not exist");
            }
            value = next;
        }
        return value;
    }

    private static int index(Operation operation, String step, int most) throws PatchException {
        boolean digits = !step.isEmpty() && step.length() < 9 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || step.length() > 1 && step.startsWith("0") || Integer.parseInt(step) > most) {
            throw failure(operation, "no index " + FieldError.quoted(step) + " in the array");
        }
        return Integer.parseInt(step);
    }

    private static boolean apart(List<String> path, List<String> way) {
        return !isPrefix(path, way) && !isPrefix(way, path);
    }

    private static boolean isPrefix(List<String> prefix, List<String> path) {
        return prefix.size() <= path.size() && path.subList(0, prefix.size()).equals(prefix);
    }

    /** RFC 6901. */
    private static List<String> pointer(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("a JSON pointer begins with a slash: " + FieldError.quoted(text));
        }
        List<String> steps = new ArrayList<>();
        for (String step : text.substring(1).split("/", -1)) {
            steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
        return List.copyOf(steps);
    }

    private static PatchException failure(Operation operation, String because) {
        String path = "/" + String.join("/", operation.path);
        return new PatchException("operation " + operation.op + " at " + FieldError.quoted(path) + ": " + because);
    }
}
