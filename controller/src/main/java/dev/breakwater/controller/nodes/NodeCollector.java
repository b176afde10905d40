package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Looks at the node it runs on. Which files and settings, and under which names, is in the tables {@code nodes/files.yaml} and
 * {@code nodes/kubelet.yaml}.
 *
 * <p>Facts that could not be found are left out: an empty list would be a failure to some checks and a pass to others.
 */
public final class NodeCollector {
    private static final List<String> API_SERVER_MANIFESTS = List.of(
            "/etc/kubernetes/manifests/kube-apiserver.yaml",
            "/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml");

    private final HostFiles host;
    private final List<String> unread = new ArrayList<>();
    private final CommandLine kubelet;
    private final JsonNode configuration;

    /** @param root where the node's files are mounted; {@code /} when they are where they are on the node */
    public NodeCollector(Path root) {
        this.host = new HostFiles(root, unread);
        this.kubelet = host.process("kubelet");
        this.configuration = configuration();
    }

    /** Everything that can be seen. */
    public NodeFacts collect() {
        Map<String, List<Object>> facts = new TreeMap<>();
        for (JsonNode row : Tables.read("files.yaml")) {
            List<HostFiles.Standing> standings = files(row).stream()
                    .flatMap(file -> host.standing(file).stream())
                    .toList();
            if (!standings.isEmpty()) {
                put(facts, row.path("mode"), standings.stream().map(s -> (Object) s.mode()));
                put(facts, row.path("owner"), standings.stream().map(s -> (Object) s.owner()));
            }
        }
        KubeletSettings settings = new KubeletSettings();
        facts.putAll(settings.ofConfiguration(configuration));
        facts.putAll(settings.ofFlags(kubelet));
        return new NodeFacts(type(), facts, unread);
    }

    private static void put(Map<String, List<Object>> facts, JsonNode name, java.util.stream.Stream<Object> values) {
        if (name.isTextual()) {
            facts.put(
                    name.asText(),
                    values.distinct().limit(NodeFacts.MOST_VALUES).toList());
        }
    }

    private List<Path> files(JsonNode row) {
        Optional<String> named = named(row);
        if (named.isPresent()) {
            return List.of(host.at(named.get()));
        }
        for (JsonNode candidate : row.path("first")) {
            if (host.exists(candidate.asText())) {
                return List.of(host.at(candidate.asText()));
            }
        }
        for (JsonNode folder : row.path("below")) {
            Path path = host.at(folder.asText());
            if (Files.isDirectory(path)) {
                return host.below(
                        path,
                        row.path("named").asText("*"),
                        row.path("directory").asBoolean());
            }
        }
        return List.of();
    }

    /** The file that a process or the kubelet's configuration names, when it can be seen. */
    private Optional<String> named(JsonNode row) {
        Optional<String> flagged = Optional.empty();
        if (row.has("flag")) {
            String[] flag = row.path("flag").asText().split(": ");
            CommandLine process = flag[0].equals("kubelet") ? kubelet : host.process(flag[0]);
            flagged = process.flag(flag[1]);
        }
        return flagged.or(() -> Optional.of(
                                row.has("setting")
                                        ? KubeletSettings.text(
                                                configuration,
                                                row.path("setting").asText())
                                        : "")
                        .filter(text -> !text.isEmpty()))
                .filter(host::exists);
    }

    /** The kubelet's configuration file; what {@code configz} says later goes before it. */
    private JsonNode configuration() {
        String file = kubelet.flag("--config").orElse("/var/lib/kubelet/config.yaml");
        try {
            return host.content(file)
                    .map(bytes -> Tables.yaml(new ByteArrayInputStream(bytes)))
                    .orElse(MissingNode.getInstance());
        } catch (YAMLException | IllegalArgumentException | ClassCastException e) {
            // The library lets some wrong tags and numbers out as they are.
            unread.add(file + ": no valid YAML");
            return MissingNode.getInstance();
        }
    }

    private String type() {
        return API_SERVER_MANIFESTS.stream().anyMatch(host::exists) ? "master" : "worker";
    }
}
