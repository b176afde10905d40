package dev.breakwater.cli.audit;

import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Objects of a YAML stream, document by document, Lists taken apart. Scalars mean what they mean to kubectl. */
final class YamlObjects {
    private final String file;
    private final Consumer<Manifest> each;

    YamlObjects(String file, Consumer<Manifest> each) {
        this.file = file;
        this.each = each;
    }

    void read(Reader text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(1000);
        NodeReader nodes = new NodeReader(options);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(nodes, new Representer(unused), unused, options, new KubernetesScalars());
        for (Node document : yaml.composeAll(text)) {
            document(document, nodes);
        }
    }

    private void document(Node document, NodeReader nodes) {
        int line = document.getStartMark().getLine() + 1;
        @Nullable Object value = nodes.read(document);
        if (value == null) {
            return;
        }
        if (!(value instanceof Map<?, ?> object)) {
            throw new UnreadableManifest(Manifests.at(file, line)
                    + "expected a Kubernetes object (a map with apiVersion and kind), but found " + describe(value)
                    + ".");
        }
        if (object.get("items") instanceof List<?> items) {
            List<Integer> lines = itemLines(document);
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Map<?, ?> item) {
                    each.accept(new Manifest(Lists.typed(item, object), file, i < lines.size() ? lines.get(i) : line));
                }
            }
        } else {
            each.accept(new Manifest(object, file, line));
        }
    }

    private static List<Integer> itemLines(Node document) {
        if (document instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("items")
                        && entry.getValueNode() instanceof SequenceNode items) {
                    return items.getValue().stream()
                            .map(item -> item.getStartMark().getLine() + 1)
                            .toList();
                }
            }
        }
        return List.of();
    }

    private static String describe(Object value) {
        String text = value instanceof List ? "a list" : "the text " + value;
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }

    private static final class NodeReader extends SafeConstructor {
        NodeReader(LoaderOptions options) {
            super(options);
        }

        @Nullable
        Object read(Node document) {
            return constructDocument(document);
        }
    }

    /** YAML 1.1 as Go reads it: no timestamps, and 80:443 is a text, not a number to the base of 60. */
    private static final class KubernetesScalars extends Resolver {
        private static final Pattern INTEGER =
                Pattern.compile("[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)");
        private static final Pattern NUMBER = Pattern.compile(
                "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))(?:[eE][-+]?[0-9]+)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, NUMBER, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
