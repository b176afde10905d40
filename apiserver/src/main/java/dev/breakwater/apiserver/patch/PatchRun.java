package dev.breakwater.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.Breather;
import dev.breakwater.apiserver.json.TreeCost;
import dev.breakwater.apiserver.patch.JsonPatch.Operation;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.util.List;
import java.util.Map;

/**
 * One application of a patch to a document, with what it may cost: a few hundred bytes of {@code copy} double a document as often as
 * they like, and a thousand of {@code move} carry an array about.
 */
final class PatchRun {
    /** JSON that all copies together add, as in kube-apiserver. */
    private static final int MOST_COPIED = 3 << 20;
    /** The nesting that bodies may have, too. */
    private static final int DEEPEST = 500;
    /** Nodes looked at, and sixteenths of elements shifted: about half a second. */
    private static final int MOST_WORK = 50_000_000;

    private final Allowance memory;
    private final Breather breather = new Breather();
    private JsonNode root;
    private int copied;
    private int work;

    PatchRun(JsonNode root, Allowance memory) {
        this.root = root;
        this.memory = memory;
    }

    JsonNode root() {
        return root;
    }

    void apply(Operation operation) throws PatchException {
        breather.steps(16);
        List<String> path = operation.path().steps();
        JsonNode value = operation.value() == null ? NullNode.instance : operation.value();
        switch (operation.op()) {
            case "add" -> add(operation, path, copy(value, path));
            case "remove" -> remove(operation, path);
            case "replace" -> {
                if (!path.isEmpty()) {
                    remove(operation, path);
                }
                add(operation, path, copy(value, path));
            }
            case "test" -> {
                if (!find(operation, path).equals(value)) {
                    throw failure(operation, "testing value failed");
                }
            }
            case "copy" -> {
                JsonNode source = find(operation, from(operation));
                countCopy(source);
                add(operation, path, copy(source, path));
            }
            default -> move(operation, from(operation), path);
        }
    }

    private static List<String> from(Operation operation) {
        JsonPointer from = operation.from();
        return from == null ? List.of() : from.steps();
    }

    private void move(Operation operation, List<String> from, List<String> path) throws PatchException {
        if (from.size() < path.size() && JsonPatch.isPrefix(from, path)) {
            throw failure(operation, "a value cannot be moved into itself");
        }
        JsonNode moved = find(operation, from);
        if (path.size() > from.size()) {
            checkDepth(moved, path.size());
        }
        remove(operation, from);
        add(operation, path, moved);
    }

    private void add(Operation operation, List<String> path, JsonNode value) throws PatchException {
        if (path.isEmpty()) {
            root = value;
            return;
        }
        JsonNode parent = find(operation, path.subList(0, path.size() - 1));
        String last = path.getLast();
        if (parent instanceof ObjectNode object) {
            memory.take(TreeCost.MEMBER + TreeCost.STRING + last.length());
            object.set(last, value);
        } else if (parent instanceof ArrayNode array) {
            int index = last.equals("-") ? array.size() : index(operation, last, array.size());
            memory.take(TreeCost.ELEMENT);
            shift(array.size() - index);
            array.insert(index, value);
        } else {
            throw failure(operation, "the parent is neither object nor array");
        }
    }

    private void remove(Operation operation, List<String> path) throws PatchException {
        find(operation, path);
        if (path.isEmpty()) {
            throw failure(operation, "the whole object cannot be removed");
        }
        JsonNode parent = find(operation, path.subList(0, path.size() - 1));
        if (parent instanceof ObjectNode object) {
            object.remove(path.getLast());
        } else if (parent instanceof ArrayNode array) {
            int index = index(operation, path.getLast(), array.size() - 1);
            shift(array.size() - index);
            array.remove(index);
        }
    }

    private JsonNode find(Operation operation, List<String> path) throws PatchException {
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

    /** A copy that later operations may change, for a place at {@code path}. */
    private JsonNode copy(JsonNode value, List<String> path) {
        if (value.isValueNode()) {
            return value;
        }
        checkDepth(value, path.size());
        memory.take(TreeCost.of(value));
        return value.deepCopy();
    }

    private void checkDepth(JsonNode value, int at) {
        worked(1);
        if (value.isContainerNode()) {
            if (at >= DEEPEST) {
                throw Statuses.badRequest("the patch exceeds the max depth of " + DEEPEST);
            }
            for (JsonNode child : value) {
                checkDepth(child, at + 1);
            }
        }
    }

    /** Counts {@code source} as JSON, no further than to the limit. */
    private void countCopy(JsonNode source) {
        worked(1);
        switch (source.getNodeType()) {
            case OBJECT -> {
                copied += 2;
                for (Map.Entry<String, JsonNode> member : source.properties()) {
                    copied += member.getKey().length() + 4;
                    countCopy(member.getValue());
                }
            }
            case ARRAY -> {
                copied += 2;
                for (JsonNode element : source) {
                    copied += 1;
                    countCopy(element);
                }
            }
            case STRING -> copied += source.textValue().length() + 2;
            default -> copied += source.asText().length();
        }
        if (copied > MOST_COPIED) {
            throw Statuses.requestEntityTooLarge(
                    "the copies of the patch add more than " + MOST_COPIED + " bytes, the most that is allowed");
        }
    }

    private void shift(int elements) {
        worked(elements / 16 + 1);
    }

    private void worked(int steps) {
        breather.steps(steps);
        work += steps;
        if (work > MOST_WORK) {
            throw Statuses.requestEntityTooLarge(
                    "the operations of the patch move more than one request may; replace the object instead");
        }
    }

    private static PatchException failure(Operation operation, String because) {
        return new PatchException("operation " + operation.op() + " at "
                + FieldError.quoted(operation.path().text()) + ": " + because);
    }
}
