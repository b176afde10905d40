package dev.breakwater.controller.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.checks.NodePrograms;
import dev.breakwater.yaml.UnreadableYaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks at the node it runs on. Which files, settings and arguments, and under which names, is in the tables {@code nodes/files.yaml},
 * {@code nodes/kubelet.yaml} and {@code nodes/control-plane.yaml}.
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
        facts.putAll(programs());
        return new NodeFacts(type(facts), facts, unread);
    }

    /** Which programs were seen, and the arguments of those of the control plane that no pod tells. */
    private Map<String, List<Object>> programs() {
        Map<String, List<Object>> facts = new TreeMap<>();
        List<Object> seen = new ArrayList<>();
        for (String program : List.of("kubelet", "kube-proxy")) {
            if (host.process(program).runs()) {
                seen.add(program);
            }
        }
        for (JsonNode row : Tables.read("control-plane.yaml")) {
            String program = row.path("program").asText();
            CommandLine process = host.process(program);
            if (process.runs()) {
                seen.add(program);
            }
            if (process.runs() && !process.contained()) {
                List<Object> arguments = new ArrayList<>();
                for (JsonNode flag : row.path("flags")) {
                    process.flag(flag.asText()).ifPresent(value -> arguments.add(flag.asText() + "=" + value));
                }
                facts.put(NodePrograms.argumentsOf(program), arguments);
            }
        }
        if (!seen.isEmpty()) {
            facts.put(Evidence.PROGRAMS, seen);
        }
        return facts;
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
            // Another file in a usual place says nothing about the one in use.
            return host.exists(named.get()) ? List.of(host.at(named.get())) : List.of();
        }
        for (JsonNode candidate : row.path("first")) {
            String path = candidate.asText();
            if (host.exists(path) && !(row.path("filled").asBoolean() && host.isEmptyFolder(path))) {
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

    /** The file that a process or the kubelet's configuration names; what a process in a container names only where the node has it too. */
    private Optional<String> named(JsonNode row) {
        Optional<String> flagged = Optional.empty();
        if (row.has("flag")) {
            String[] flag = row.path("flag").asText().split(": ");
            CommandLine process = flag[0].equals("kubelet") ? kubelet : host.process(flag[0]);
            flagged = process.flag(flag[1]).filter(path -> !process.contained() || host.exists(path));
            flagged.filter(path -> !host.exists(path))
                    .ifPresent(path -> unread.add(path + ": named by " + flag[1] + " of " + flag[0]
                            + ", not mounted (nodes.folders, nodes.files)"));
        }
        return flagged.or(() -> Optional.of(
                        row.has("setting")
                                ? KubeletSettings.text(
                                        configuration, row.path("setting").asText())
                                : "")
                .filter(text -> !text.isEmpty()));
    }

    /** The kubelet's configuration file; what {@code configz} says later goes before it. */
    private JsonNode configuration() {
        String file = kubelet.flag("--config").orElse("/var/lib/kubelet/config.yaml");
        try {
            return host.content(file)
                    .map(bytes -> Tables.yaml(file, new String(bytes, StandardCharsets.UTF_8)))
                    .orElse(MissingNode.getInstance());
        } catch (UnreadableYaml e) {
            unread.add(file + ": no valid YAML");
            return MissingNode.getInstance();
        }
    }

    /** Where the API server runs, or where the administrator's credentials lie, is a control plane, whoever set it up and however. */
    private String type(Map<String, List<Object>> facts) {
        boolean master = API_SERVER_MANIFESTS.stream().anyMatch(host::exists)
                || facts.containsKey("adminConfFilePermissions")
                || host.process("kube-apiserver").runs();
        return master ? "master" : "worker";
    }
}
