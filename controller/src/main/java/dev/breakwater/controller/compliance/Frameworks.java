package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The frameworks that come with the program, as ClusterComplianceReport manifests. Control ids, severities and check ids are those of the original
 * (trivy-operator 8.2), the sentences are ours.
 */
public final class Frameworks {
    /** Names of all built-in frameworks. */
    public static final List<String> ALL = List.of(
            "k8s-cis-1.23",
            "k8s-nsa-1.0",
            "k8s-pss-baseline-0.1",
            "k8s-pss-restricted-0.1",
            "eks-cis-1.4",
            "rke2-cis-1.24");

    /** Those that fit every cluster, and are created unless others are asked for. */
    public static final List<String> DEFAULT = ALL.subList(0, 4);

    private static final JsonMapper MAPPER = new JsonMapper();

    private Frameworks() {}

    /** The manifest of a framework, without labels. */
    public static ObjectNode manifest(String name) {
        ObjectNode document = read(name);
        JsonNode base = document.remove("controlsOf");
        JsonNode commands = document.remove("commands");
        if (base != null) {
            JsonNode controls =
                    manifest(base.asText()).path("spec").path("compliance").path("controls");
            for (JsonNode control : controls) {
                JsonNode command = commands == null
                        ? null
                        : commands.get(control.path("id").asText());
                if (command != null) {
                    ((ObjectNode) control).putArray("commands").addObject().set("id", command);
                }
            }
            ((ObjectNode) document.path("spec").path("compliance")).set("controls", controls);
        }
        return document;
    }

    private static ObjectNode read(String name) {
        if (!ALL.contains(name)) {
            throw new IllegalArgumentException(
                    "There is no built-in framework called " + name + "; there are " + String.join(", ", ALL) + ".");
        }
        try (InputStream in = Frameworks.class.getResourceAsStream("/compliance/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("the program was packed without its framework " + name);
            }
            return MAPPER.valueToTree(YamlReader.of(Reading.KUBERNETES).value(name + ".yaml", in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
