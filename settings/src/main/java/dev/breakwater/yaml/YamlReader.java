package dev.breakwater.yaml;

import dev.breakwater.yaml.YamlTree.Entry;
import dev.breakwater.yaml.YamlTree.Mapping;
import dev.breakwater.yaml.YamlTree.Scalar;
import dev.breakwater.yaml.YamlTree.Sequence;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML into plain values. A key that stands twice is refused, as are keys that are no scalars, tags beyond those of JSON, and a text that stands
 * for much more than it has characters. Merge keys ({@code <<}) are read as kubectl reads them.
 *
 * <p>Threading: any.
 */
public final class YamlReader {
    /** A text of this many parts is read even if it is short. */
    private static final int PARTS = 100_000;

    private static final int DEEPEST = 200;

    private final Reading reading;
    private final int aliases;

    private YamlReader(Reading reading, int aliases) {
        this.reading = reading;
        this.aliases = aliases;
    }

    public static YamlReader of(Reading reading) {
        return new YamlReader(reading, 50);
    }

    /** Takes no aliases of maps and lists: a copy of the tree has each as often as it is named. */
    public YamlReader withoutAliases() {
        return new YamlReader(reading, 0);
    }

    /**
     * The value of the only document; {@code null} where there is none.
     *
     * @param name of the file, for errors
     * @throws UnreadableYaml for what cannot be read
     */
    public @Nullable Object value(String name, String text) {
        YamlTree tree = tree(name, text);
        return tree == null ? null : tree.value(reading);
    }

    /**
     * @param name of a resource of ours
     * @throws UnreadableYaml for what cannot be read
     */
    public @Nullable Object value(String name, InputStream in) throws IOException {
        return value(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }

    /**
     * The values of all documents that are not empty.
     *
     * @throws UnreadableYaml for what cannot be read
     */
    public List<Object> values(String name, String text) {
        List<Object> values = new ArrayList<>();
        for (YamlTree tree : trees(name, text)) {
            Object value = tree.value(reading);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /**
     * The only document with its lines; {@code null} where there is none.
     *
     * @throws UnreadableYaml for what cannot be read, and for more than one document
     */
    public @Nullable YamlTree tree(String name, String text) {
        List<YamlTree> trees = trees(name, text);
        if (trees.size() > 1) {
            throw new UnreadableYaml(name, trees.get(1).line(), "there is more than one document");
        }
        return trees.isEmpty() ? null : trees.getFirst();
    }

    private List<YamlTree> trees(String name, String text) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(aliases);
        options.setNestingDepthLimit(DEEPEST);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new Unresolved());
        Conversion conversion = new Conversion(name, reading, Math.max(PARTS, text.length()));
        List<YamlTree> trees = new ArrayList<>();
        try {
            for (Node document : yaml.composeAll(new StringReader(text))) {
                trees.add(conversion.tree(document, 0));
            }
        } catch (UnreadableYaml e) {
            throw e;
        } catch (MarkedYAMLException e) {
            // Not the whole message: it shows the lines around, and they may hold a token.
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new UnreadableYaml(name, line, String.valueOf(e.getProblem()));
        } catch (YAMLException | IllegalArgumentException | ClassCastException e) {
            // The library lets some wrong tags out as they are.
            throw new UnreadableYaml(
                    name, 1, String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return trees;
    }

    /** Leaves open what a plain scalar is. */
    private static final class Unresolved extends Resolver {
        static final Tag PLAIN = new Tag("!plain");

        @Override
        protected void addImplicitResolvers() {
            // None: the reading decides, and the text is kept.
        }

        @Override
        public Tag resolve(NodeId kind, @Nullable String value, boolean implicit) {
            return kind == NodeId.scalar && implicit ? PLAIN : super.resolve(kind, value, implicit);
        }
    }

    /** Counts as it goes: with aliases some hundred characters can stand for more than any memory holds, or for a tree without an end. */
    private static final class Conversion {
        private final String name;
        private final Reading reading;
        private final int most;
        private int parts;

        Conversion(String name, Reading reading, int most) {
            this.name = name;
            this.reading = reading;
            this.most = most;
        }

        YamlTree tree(Node node, int depth) {
            int line = line(node);
            if (++parts > most || depth > DEEPEST) {
                throw new UnreadableYaml(name, line, "it stands for too much, or for itself");
            }
            return switch (node) {
                case ScalarNode scalar -> scalar(scalar, line);
                case SequenceNode sequence -> {
                    require(sequence, Tag.SEQ);
                    List<YamlTree> items = new ArrayList<>(sequence.getValue().size());
                    sequence.getValue().forEach(item -> items.add(tree(item, depth + 1)));
                    yield new Sequence(items, line);
                }
                case MappingNode mapping -> new Mapping(entries(mapping, depth), line);
                default -> throw new UnreadableYaml(name, line, "this is neither a map nor a list nor a scalar");
            };
        }

        private Scalar scalar(ScalarNode scalar, int line) {
            Tag tag = scalar.getTag();
            if (tag.equals(Unresolved.PLAIN)) {
                return new Scalar(scalar.getValue(), true, line);
            }
            if (tag.equals(Tag.STR) || tag.getValue().equals("!")) {
                return new Scalar(scalar.getValue(), false, line);
            }
            Object value = reading.value(scalar.getValue());
            boolean fits = (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) && value instanceof Number
                    || tag.equals(Tag.BOOL) && value instanceof Boolean
                    || tag.equals(Tag.NULL) && value == null;
            if (fits) {
                return new Scalar(scalar.getValue(), true, line);
            }
            throw new UnreadableYaml(name, line, "the tag " + brief(tag.getValue()) + " is not read");
        }

        private Map<String, Entry> entries(MappingNode mapping, int depth) {
            require(mapping, Tag.MAP);
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, Entry> merged = new LinkedHashMap<>();
            for (NodeTuple tuple : mapping.getValue()) {
                int line = line(tuple.getKeyNode());
                if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                    throw new UnreadableYaml(name, line, "a key must be a text");
                }
                YamlTree value = tree(tuple.getValueNode(), depth + 1);
                if (key.getValue().equals("<<") && key.getScalarStyle() == ScalarStyle.PLAIN) {
                    merge(value, merged);
                    continue;
                }
                Entry first = entries.putIfAbsent(key.getValue(), new Entry(value, line));
                if (first != null) {
                    throw new UnreadableYaml(
                            name,
                            line,
                            "found duplicate key " + brief(key.getValue()) + ", which stands in line " + first.line()
                                    + " too");
                }
            }
            merged.forEach(entries::putIfAbsent);
            return entries;
        }

        private void require(Node node, Tag tag) {
            if (!node.getTag().equals(tag)) {
                throw new UnreadableYaml(
                        name, line(node), "the tag " + brief(node.getTag().getValue()) + " is not read");
            }
        }

        private void merge(YamlTree value, Map<String, Entry> merged) {
            switch (value) {
                case Mapping mapping -> mapping.entries().forEach(merged::putIfAbsent);
                case Sequence sequence -> sequence.items().forEach(item -> merge(item, merged));
                case Scalar scalar -> throw new UnreadableYaml(name, scalar.line(), "a merge key (<<) needs maps");
            }
        }

        private static int line(Node node) {
            return node.getStartMark().getLine() + 1;
        }

        private static String brief(String text) {
            String plain = text.replaceAll("\\p{Cntrl}", "?");
            return plain.length() > 100 ? plain.substring(0, 100) + "..." : plain;
        }
    }
}
