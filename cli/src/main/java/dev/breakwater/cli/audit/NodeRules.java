package dev.breakwater.cli.audit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What YAML allows and JSON, which kubectl makes of it, does not: a key that is a map or a list, an alias of what it stands in. Of a key that stands
 * twice the last value is kept, as Helm keeps it. Aliases of aliases of aliases are refused before anybody writes out what they stand for.
 */
final class NodeRules {
    private static final long MOST_VALUES = 1_000_000;

    private final BiConsumer<ScalarNode, ScalarNode> twice;
    /** How many values a node stands for, aliases written out. */
    private final Map<Node, Long> sizes = new IdentityHashMap<>();

    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private NodeRules(BiConsumer<ScalarNode, ScalarNode> twice) {
        this.twice = twice;
    }

    /**
     * @param twice told of a key that stands in its map already, and of where it stood first; once for each key of a map
     * @throws MarkedYAMLException where the document cannot be an object
     */
    static void check(Node document, BiConsumer<ScalarNode, ScalarNode> twice) {
        NodeRules rules = new NodeRules(twice);
        long values = rules.size(document);
        if (values > MOST_VALUES && values > 10L * rules.sizes.size()) {
            throw new Refused(document, "its aliases stand for " + values + " values");
        }
    }

    private long size(Node node) {
        Long known = sizes.get(node);
        if (known != null) {
            return known;
        }
        if (!open.add(node)) {
            throw new Refused(node, "an alias stands for a value that contains it");
        }
        long size = 1;
        if (node instanceof MappingNode map) {
            map.setValue(once(map.getValue()));
            for (NodeTuple entry : map.getValue()) {
                size = Math.addExact(size, size(entry.getValueNode()));
            }
        } else if (node instanceof SequenceNode list) {
            for (Node item : list.getValue()) {
                size = Math.addExact(size, size(item));
            }
        }
        // Enough to refuse, and no sum of such can overflow.
        size = Math.min(size, Integer.MAX_VALUE);
        open.remove(node);
        sizes.put(node, size);
        return size;
    }

    private List<NodeTuple> once(List<NodeTuple> entries) {
        Map<String, ScalarNode> first = new HashMap<>();
        Map<String, Integer> last = new HashMap<>();
        boolean again = false;
        for (int i = 0; i < entries.size(); i++) {
            if (!(entries.get(i).getKeyNode() instanceof ScalarNode key)) {
                throw new Refused(entries.get(i).getKeyNode(), "a key must be a text, not a map or a list");
            }
            if (key.getTag().equals(Tag.MERGE)) {
                continue;
            }
            ScalarNode before = first.putIfAbsent(key.getValue(), key);
            Integer place = last.put(key.getValue(), i);
            if (before != null && place != null) {
                again = true;
                if (entries.get(place).getKeyNode() == before) {
                    twice.accept(key, before);
                }
            }
        }
        if (!again) {
            return entries;
        }
        List<NodeTuple> kept = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ScalarNode key = (ScalarNode) entries.get(i).getKeyNode();
            if (key.getTag().equals(Tag.MERGE) || Integer.valueOf(i).equals(last.get(key.getValue()))) {
                kept.add(entries.get(i));
            }
        }
        return kept;
    }

    private static final class Refused extends MarkedYAMLException {
        private static final long serialVersionUID = 1L;

        Refused(Node node, String problem) {
            super(null, null, problem, node.getStartMark());
        }
    }
}
