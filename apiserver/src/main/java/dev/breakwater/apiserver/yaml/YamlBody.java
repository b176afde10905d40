package dev.breakwater.apiserver.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.apiserver.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML as people write it by hand: whole in memory, and therefore limited. */
public final class YamlBody {
    /** Most bytes of a YAML body; larger ones are to come as JSON. */
    public static final int LIMIT = 3 << 20;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private YamlBody() {}

    /**
     * The same object as JSON.
     *
     * @throws IllegalArgumentException if it is no YAML, has a key twice, or a value that JSON does not have
     */
    public static byte[] toJson(byte[] yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LIMIT);
        DumperOptions unused = new DumperOptions();
        Yaml reader = new Yaml(
                new SafeConstructor(options), new Representer(unused), unused, options, new WithoutTimestamps());
        try {
            Object tree = reader.load(new String(yaml, StandardCharsets.UTF_8));
            JsonNode json = MAPPER.valueToTree(tree);
            return CanonicalJson.bytes(json);
        } catch (YAMLException | NumberFormatException e) {
            throw new IllegalArgumentException("error converting YAML to JSON: " + e.getMessage(), e);
        }
    }

    /** A time without quotes is a string in Kubernetes. */
    private static final class WithoutTimestamps extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
            addImplicitResolver(Tag.INT, INT, "-+0123456789");
            addImplicitResolver(Tag.FLOAT, FLOAT, "-+0123456789.");
            addImplicitResolver(Tag.MERGE, MERGE, "<");
            addImplicitResolver(Tag.NULL, NULL, "~nN\0");
            addImplicitResolver(Tag.NULL, EMPTY, null);
        }
    }
}
