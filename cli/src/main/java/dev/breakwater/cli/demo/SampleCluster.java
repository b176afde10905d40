package dev.breakwater.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.inventory.WorkloadKind;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.naming.TopOwner;
import dev.breakwater.yaml.Reading;
import dev.breakwater.yaml.YamlReader;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of the sample cluster, and the workloads that a real cluster would have made of them.
 *
 * @param objects every document of every manifest, as JSON
 */
public record SampleCluster(List<JsonNode> objects) {
    private static final String FOLDER = "/demo/manifests/";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** The manifests named in {@code index.txt}, one name a line: a jar cannot be listed like a folder. */
    public static SampleCluster load() throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        try (BufferedReader index =
                new BufferedReader(new InputStreamReader(resource(FOLDER + "index.txt"), StandardCharsets.UTF_8))) {
            for (String name : index.lines().filter(line -> !line.isBlank()).toList()) {
                objects.addAll(documents(FOLDER + name));
            }
        }
        return new SampleCluster(List.copyOf(objects));
    }

    /** The pods of its control plane, which nobody applies: their images are no part of the sample. */
    static SampleCluster controlPlane() throws IOException {
        return new SampleCluster(documents("/demo/cluster/control-plane.yaml"));
    }

    private static List<JsonNode> documents(String name) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        try (InputStream manifest = resource(name)) {
            String text = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
            for (Object document : YamlReader.of(Reading.KUBERNETES).values(name, text)) {
                objects.add(MAPPER.valueToTree(document));
            }
        }
        return List.copyOf(objects);
    }

    /** Every container that would run, with the digest that was recorded for its image. */
    List<RunningContainer> containers(SampleImages images) throws IOException {
        List<RunningContainer> containers = new ArrayList<>();
        for (JsonNode object : objects) {
            @Nullable WorkloadRef workload = workload(object);
            if (workload == null) {
                continue;
            }
            JsonNode template = template(object);
            String specHash = SafeHash.ofBytes(template.toString().getBytes(StandardCharsets.UTF_8));
            for (JsonNode container : template.path("spec").path("containers")) {
                String image = container.path("image").asText();
                RunningImage running = new RunningImage(images.of(image).digest(), Platform.LINUX_AMD64);
                containers.add(new RunningContainer(
                        workload,
                        top(object),
                        specHash,
                        container.path("name").asText(),
                        image,
                        running,
                        List.of(image),
                        new PullIdentity(workload.namespace(), List.of(), PullIdentity.DEFAULT_ACCOUNT)));
            }
        }
        return containers;
    }

    /** The objects that checks look at: each with an identity, a Deployment as the ReplicaSet that it would have made. */
    public List<ObjectNode> audited() {
        List<ObjectNode> audited = new ArrayList<>();
        for (JsonNode object : objects) {
            ObjectNode running = object.deepCopy();
            @Nullable WorkloadRef workload = workload(object);
            ObjectNode metadata = running.withObject("/metadata");
            if (workload != null) {
                running.put("kind", workload.kind().resource().kind());
                metadata.put("name", workload.name());
            }
            if (running.path("kind").asText().equals("ReplicaSet")) {
                ObjectNode owner = metadata.putArray("ownerReferences").addObject();
                owner.put("apiVersion", "apps/v1").put("kind", "Deployment");
                owner.put("name", object.path("metadata").path("name").asText());
                owner.put("uid", identity(object.path("kind").asText(), object.path("metadata")));
                owner.put("controller", true);
            }
            metadata.put("uid", identity(running.path("kind").asText(), metadata));
            audited.add(running);
        }
        return audited;
    }

    private static TopOwner top(JsonNode object) {
        return new TopOwner(
                object.path("kind").asText(),
                object.path("metadata").path("name").asText());
    }

    private static String identity(String kind, JsonNode metadata) {
        return identity(
                kind, metadata.path("namespace").asText(), metadata.path("name").asText());
    }

    /** The uid that an object of the sample has: the same at each start. */
    static String identity(String kind, String namespace, String name) {
        String place = kind + "/" + namespace + "/" + name;
        return UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** Who would own the pods: of a Deployment its ReplicaSet, whose name ends in a hash of the template. */
    private static @Nullable WorkloadRef workload(JsonNode object) {
        String namespace = object.path("metadata").path("namespace").asText();
        String name = object.path("metadata").path("name").asText();
        return switch (object.path("kind").asText()) {
            case "Deployment" -> {
                byte[] template = template(object).toString().getBytes(StandardCharsets.UTF_8);
                yield reference(WorkloadKind.REPLICA_SET, namespace, name + "-" + SafeHash.ofBytes(template));
            }
            case "StatefulSet" -> reference(WorkloadKind.STATEFUL_SET, namespace, name);
            case "DaemonSet" -> reference(WorkloadKind.DAEMON_SET, namespace, name);
            case "CronJob" -> reference(WorkloadKind.CRON_JOB, namespace, name);
            case "Job" -> reference(WorkloadKind.JOB, namespace, name);
            case "Pod" -> reference(WorkloadKind.POD, namespace, name);
            default -> null;
        };
    }

    private static WorkloadRef reference(WorkloadKind kind, String namespace, String name) {
        ObjectNode metadata =
                MAPPER.createObjectNode().put("namespace", namespace).put("name", name);
        return new WorkloadRef(kind, namespace, name, identity(kind.resource().kind(), metadata));
    }

    private static JsonNode template(JsonNode object) {
        return switch (object.path("kind").asText()) {
            case "Pod" -> object;
            case "CronJob" ->
                object.path("spec").path("jobTemplate").path("spec").path("template");
            default -> object.path("spec").path("template");
        };
    }

    static InputStream resource(String name) throws IOException {
        @Nullable InputStream resource = SampleCluster.class.getResourceAsStream(name);
        if (resource == null) {
            throw new FileNotFoundException("the jar has no " + name);
        }
        return resource;
    }
}
