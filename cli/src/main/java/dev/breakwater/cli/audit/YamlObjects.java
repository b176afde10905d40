package dev.breakwater.cli.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Objects of a YAML stream, document by document, Lists taken apart. Scalars mean what they mean to kubectl. What is wrong with a document ends with it.
 */
final class YamlObjects {
    /** Schemas of custom resources nest deeper than the library allows by itself; kubectl allows 10,000. */
    private static final int DEEPEST = 500;

    private final String file;
    private final Found found;
    private final NodeReader nodes;
    private final Yaml yaml;

    YamlObjects(String file, Found found) {
        this.file = file;
        this.found = found;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setMaxAliasesForCollections(1000);
        options.setNestingDepthLimit(DEEPEST);
        this.nodes = new NodeReader(options);
        DumperOptions unused = new DumperOptions();
        this.yaml = new Yaml(nodes, new Representer(unused), unused, options, new KubernetesScalars());
    }

    void read(BufferedReader lines) throws IOException {
        YamlDocuments documents = new YamlDocuments(lines);
        for (YamlDocuments.Text text = documents.next(); text != null; text = documents.next()) {
            read(text);
        }
    }

    private void read(YamlDocuments.Text text) {
        try {
            for (Node document : yaml.composeAll(new StringReader(text.text()))) {
                document(document, text.line());
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine();
            bad(text, line, String.valueOf(e.getProblem()));
        } catch (YAMLException | IllegalArgumentException | ClassCastException e) {
            bad(text, 0, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /** @param line within the text, counted from 0 */
    private void bad(YamlDocuments.Text text, int line, String problem) {
        String words = YamlDocuments.isTemplate(text.text())
                ? "this is a template and no YAML yet, render it first (helm template CHART | breakwater audit -): "
                : "this is no valid YAML: ";
        found.unread(new Unread(file, text.line() + line, words + problem));
    }

    /** @param offset the line of the file in which the text of the document begins */
    private void document(Node document, int offset) {
        int line = offset + document.getStartMark().getLine();
        NodeRules.check(
                document,
                (key, first) -> found.unread(new Unread(
                        file,
                        offset + key.getStartMark().getLine(),
                        Manifests.twice(
                                key.getValue(), offset + first.getStartMark().getLine()))));
        @Nullable Object value = nodes.read(document);
        if (value == null) {
            return;
        }
        if (value instanceof List<?> list) {
            list(list, line, offset, document);
        } else if (!(value instanceof Map<?, ?> object)) {
            found.unread(new Unread(
                    file,
                    line,
                    "expected a Kubernetes object (a map with apiVersion and kind), but found the text "
                            + Manifests.brief(value.toString()) + "."));
        } else if (object.get("items") instanceof List<?> items) {
            List<Integer> lines = itemLines(document);
            for (int i = 0; i < items.size(); i++) {
                int here = i < lines.size() ? offset + lines.get(i) : line;
                if (items.get(i) instanceof Map<?, ?> item) {
                    found.object(new Manifest(Lists.typed(item, object), file, here));
                } else {
                    found.unread(new Unread(file, here, "an item of a List must be an object."));
                }
            }
        } else {
            found.object(new Manifest(object, file, line));
        }
    }

    /** Objects, as JSON may have them in an array; or something else, such as a patch of kustomize, which lies beside manifests by right. */
    private void list(List<?> items, int line, int offset, Node document) {
        if (items.stream().noneMatch(item -> item instanceof Map<?, ?> map && map.containsKey("kind"))) {
            found.object(new Manifest(Map.of(), file, line));
            return;
        }
        for (int i = 0; i < items.size(); i++) {
            int here = document instanceof SequenceNode nodes
                    ? offset + nodes.getValue().get(i).getStartMark().getLine()
                    : line;
            if (items.get(i) instanceof Map<?, ?> item) {
                found.object(new Manifest(item, file, here));
            } else {
                found.unread(new Unread(file, here, "beside objects in a list there must be objects only."));
            }
        }
    }

    /** Counted from 0. */
    private static List<Integer> itemLines(Node document) {
        if (document instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("items")
                        && entry.getValueNode() instanceof SequenceNode items) {
                    return items.getValue().stream()
                            .map(item -> item.getStartMark().getLine())
                            .toList();
                }
            }
        }
        return List.of();
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
