package dev.breakwater.controller.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.yaml.snakeyaml.Yaml;

/**
 * Plays Job controller, kubelet and Trivy for Jobs that run policies: begins when the pod's Secret is there, finds every policy violated by every object
 * of its kinds, and ends the Job.
 */
public final class PolicyNode {
    /** A policy, for tests that need any. */
    public static final String POLICY = """
            # METADATA
            # title: Unwanted
            # custom:
            #   id: TEAM-R1
            #   severity: HIGH
            package trivyoperator.unwanted

            deny[res] { res := {"msg": "unwanted"} }
            """;

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String JOBS = "/apis/batch/v1/namespaces/breakwater/jobs";
    private static final String PODS = "/api/v1/namespaces/breakwater/pods";

    private final InMemoryKubernetes cluster;
    private final List<String> judged = new CopyOnWriteArrayList<>();
    private final List<List<String>> policies = new CopyOnWriteArrayList<>();
    private volatile String broken = "";
    private volatile String undecided = "";
    private volatile String words = "";
    private volatile String failure = "";
    private volatile int most = Integer.MAX_VALUE;
    private volatile Runnable before = () -> {};

    public PolicyNode(InMemoryKubernetes cluster) {
        this.cluster = cluster;
        cluster.onCreate(object -> {
            if (object.path("kind").asText().equals("Secret")) {
                run(object);
            }
        });
    }

    public void breaks(String policy, String why) {
        broken = policy;
        words = "FATAL run error: load checks: 1 error occurred: tmp/rego/checks/" + why;
    }

    public void cannotDecide(String policy, String why) {
        undecided = policy;
        words = "ERROR Error occurred while applying rule from check file_path=\"x\" err=\"tmp/rego/checks/" + why
                + "\"\nINFO\n";
    }

    /** @param action what happens while a Job runs */
    public void before(Runnable action) {
        before = action;
    }

    /** @param lastWords empty to fail no more */
    public void fails(String lastWords) {
        failure = lastWords;
    }

    /** @param most objects that a Job has memory for */
    public void failsAbove(int most) {
        this.most = most;
    }

    /** Kind and name of each object, in the order in which they were judged. */
    public List<String> judged() {
        return List.copyOf(judged);
    }

    public int batches() {
        return policies.size();
    }

    public List<String> lastPolicies() {
        return policies.getLast();
    }

    private void run(ObjectNode secret) {
        before.run();
        String name = secret.at("/metadata/ownerReferences/0/name").asText();
        ObjectNode job = cluster.get(JOBS + "/" + name);
        ObjectNode pod = Objects.object("v1", "Pod", "breakwater", name + "-x");
        pod.withObject("/metadata").set("labels", job.at("/spec/template/metadata/labels"));
        Objects.own(pod, "batch/v1", "Job", name, job.at("/metadata/uid").asText());
        ObjectNode container =
                pod.putObject("status").putArray("containerStatuses").addObject();
        container.put("name", job.at("/spec/template/spec/containers/0/name").asText());
        ObjectNode end = container.withObject("/state/terminated");
        String failure = count(secret) > most ? "FATAL the scanner was killed" : this.failure;
        if (failure.isEmpty()) {
            end.put("exitCode", 0);
            byte[] log = (ScanNode.part("rego", judge(secret)) + "#done\n").getBytes(StandardCharsets.UTF_8);
            cluster.log("breakwater", name + "-x", log);
        } else {
            end.put("exitCode", 1).put("message", failure);
        }
        cluster.put(PODS, pod);
        job.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", failure.isEmpty() ? "Complete" : "Failed")
                .put("status", "True");
        cluster.put(JOBS, job);
    }

    private static long count(ObjectNode secret) {
        return unpack(Base64.getDecoder().decode(secret.at("/data/batch").asText())).keySet().stream()
                .filter(file -> file.startsWith("g/") && file.contains("/o/"))
                .count();
    }

    private String judge(ObjectNode secret) {
        Map<String, String> files =
                unpack(Base64.getDecoder().decode(secret.at("/data/batch").asText()));
        policies.add(files.keySet().stream()
                .filter(file -> file.startsWith("p/"))
                .map(file -> file.substring(2))
                .toList());
        StringBuilder documents = new StringBuilder();
        files.forEach((file, text) -> {
            String[] parts = file.split("/");
            if (parts[0].equals("g") && parts[2].equals("o")) {
                JsonNode object = MAPPER.valueToTree(new Yaml().load(text));
                judged.add(object.path("kind").asText() + " "
                        + object.at("/metadata/name").asText());
                List<String> used = new ArrayList<>(
                        files.get("g/" + parts[1] + "/policies").lines().toList());
                if (used.remove(broken)) {
                    documents.append(problem("broken", broken, parts[3]));
                }
                if (used.remove(undecided)) {
                    documents.append(problem("undecided", undecided, parts[3]));
                }
                documents.append(found(
                        parts[3],
                        used.stream().map(policy -> files.get("p/" + policy)).toList()));
            }
        });
        return documents.toString();
    }

    private ObjectNode problem(String what, String policy, String object) {
        ObjectNode problem = MAPPER.createObjectNode().put(what, policy);
        problem.putArray("objects").add(object);
        return problem.put("words", Base64.getEncoder().encodeToString(words.getBytes(StandardCharsets.UTF_8)));
    }

    /** As Trivy writes it. */
    private static ObjectNode found(String file, List<String> texts) {
        ObjectNode document = MAPPER.createObjectNode().put("SchemaVersion", 2);
        ObjectNode result =
                document.putArray("Results").addObject().put("Target", file).put("Class", "config");
        ArrayNode findings = result.putArray("Misconfigurations");
        for (String text : texts) {
            findings.addObject()
                    .put("ID", value(text, "id"))
                    .put("Title", value(text, "title"))
                    .put("Message", "unwanted")
                    .put("Namespace", "trivyoperator.unwanted")
                    .put("Severity", value(text, "severity"))
                    .put("Status", "FAIL");
        }
        return document;
    }

    private static String value(String policy, String key) {
        return policy.lines()
                .filter(line -> line.contains(key + ": "))
                .map(line -> line.substring(line.indexOf(": ") + 2))
                .findFirst()
                .orElse("");
    }

    /** Files of a compressed archive by their paths, in the order of the paths. */
    public static Map<String, String> unpack(byte[] archive) {
        Map<String, String> files = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                files.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
