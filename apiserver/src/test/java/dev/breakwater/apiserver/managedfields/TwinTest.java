package dev.breakwater.apiserver.managedfields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.cluster.ClusterAccess;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.resources.Api;
import dev.breakwater.testkit.ControlPlane;
import dev.breakwater.testkit.Kubectl;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same sequences of requests to kube-apiserver, with the same kinds as custom resources, and to us: status and body must be
 * alike, managed fields included. Left out are versions, uids and times, but not whether there is one.
 */
@NullUnmarked
@Tag("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwinTest {
    private static final String OUR_GROUP = KindTable.REPORTS;
    private static final String THEIR_GROUP = "twin.example.dev";
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.alone();

    @TempDir
    static Path folder;

    private Api ours;
    private HttpClient client;
    private ClusterAccess cluster;
    private Kubectl kubectl;

    @BeforeAll
    void start() {
        ours = Api.start(folder);
        kubectl = CONTROL_PLANE.cluster().kubectl();
        cluster = ClusterAccess.ofKubeconfig(CONTROL_PLANE.cluster().kubeconfig());
        client = HttpClient.newBuilder().sslContext(cluster.tls()).build();
        kubectl.apply(definitions().toString());
        kubectl.succeed("wait", "--for=condition=Established", "--timeout=60s", "crd", "-l", "twin=yes");
        kubectl.run("create", "namespace", "t");
    }

    @AfterAll
    void stop() {
        kubectl.run("delete", "crd", "-l", "twin=yes", "--wait=false");
        client.close();
        ours.close();
    }

    private static ObjectNode definitions() {
        ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
        ArrayNode items = list.putArray("items");
        for (ReportKind kind : KindTable.load().in(OUR_GROUP)) {
            ObjectNode definition = items.addObject()
                    .put("apiVersion", "apiextensions.k8s.io/v1")
                    .put("kind", "CustomResourceDefinition");
            definition
                    .putObject("metadata")
                    .put("name", kind.plural() + "." + THEIR_GROUP)
                    .putObject("labels")
                    .put("twin", "yes");
            ObjectNode spec = definition.putObject("spec");
            spec.put("group", THEIR_GROUP).put("scope", kind.namespaced() ? "Namespaced" : "Cluster");
            spec.putObject("names")
                    .put("kind", kind.kind())
                    .put("listKind", kind.listKind())
                    .put("plural", kind.plural())
                    .put("singular", kind.singular());
            ObjectNode version = spec.putArray("versions").addObject();
            version.put("name", kind.version()).put("served", true).put("storage", true);
            version.putObject("schema").set("openAPIV3Schema", kind.schema().deepCopy());
            if (kind.statusSubresource()) {
                version.putObject("subresources").putObject("status");
            }
        }
        return list;
    }

    /** What a server answered. */
    private record Said(int code, JsonNode body) {}

    static Stream<Sequence> sequences() {
        return Sequences.all().stream();
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void bothAnswerAlike(Sequence sequence) {
        List<String> different = differences(sequence);
        // Managers are ordered by the second in which they wrote, which may end for one server between two steps.
        for (int again = 2; again <= 4 && !different.isEmpty(); again++) {
            different = differences(sequence.renamed(sequence.name() + "-" + again));
        }
        assertThat(different).as("%s", String.join("\n\n", different)).isEmpty();
    }

    private List<String> differences(Sequence sequence) {
        List<String> different = new ArrayList<>();
        String ourVersion = "";
        String theirVersion = "";
        String ourUid = "";
        String theirUid = "";
        for (int i = 0; i < sequence.steps().size(); i++) {
            Sequence.Step step = sequence.steps().get(i);
            Said us = us(step.with(ourVersion, ourUid));
            Said them = them(step.with(theirVersion, theirUid));
            if (us.body.at("/metadata/resourceVersion").isTextual()) {
                ourVersion = us.body.at("/metadata/resourceVersion").asText();
                ourUid = us.body.at("/metadata/uid").asText();
            }
            if (them.body.at("/metadata/resourceVersion").isTextual()) {
                theirVersion = them.body.at("/metadata/resourceVersion").asText();
                theirUid = them.body.at("/metadata/uid").asText();
            }
            String a = us.code + " " + alike(us.body).toPrettyString();
            String b = them.code + " " + alike(them.body).toPrettyString();
            if (!a.equals(b)) {
                different.add("step " + (i + 1) + ", " + step + "\n--- us: " + a + "\n--- them: " + b);
            }
        }
        return different;
    }

    private Said us(Sequence.Step step) {
        Api.Answer answer = ours.send(step.method(), step.path(), step.body(), step.headers());
        return new Said(answer.code(), read(answer.text()));
    }

    private Said them(Sequence.Step step) {
        URI uri = URI.create(
                cluster.server().toString().replaceAll("/$", "") + step.path().replace(OUR_GROUP, THEIR_GROUP));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .headers(step.headers())
                .method(
                        step.method(),
                        HttpRequest.BodyPublishers.ofString(step.body().replace(OUR_GROUP, THEIR_GROUP)));
        String token = cluster.token().get();
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Said(answer.statusCode(), read(answer.body().replace(THEIR_GROUP, OUR_GROUP)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            return JSON.getNodeFactory().textNode(text);
        }
    }

    /** Sorted, and without what two servers cannot have in common. */
    private static JsonNode alike(JsonNode body) {
        JsonNode copy = read(sorted(body.deepCopy()).toString());
        if (copy.get("metadata") instanceof ObjectNode metadata) {
            for (String own : List.of("uid", "creationTimestamp", "deletionTimestamp", "resourceVersion")) {
                if (metadata.has(own)) {
                    metadata.put(own, "some");
                }
            }
            metadata.path("managedFields").forEach(entry -> {
                if (entry.has("time")) {
                    ((ObjectNode) entry).put("time", "some");
                }
            });
        }
        return copy;
    }

    private static JsonNode sorted(JsonNode node) {
        if (node instanceof ObjectNode object) {
            ObjectNode ordered = JSON.createObjectNode();
            object.properties().stream()
                    .sorted(java.util.Map.Entry.comparingByKey())
                    .forEach(member -> ordered.set(member.getKey(), sorted(member.getValue())));
            return ordered;
        }
        if (node instanceof ArrayNode array) {
            List<JsonNode> elements = new ArrayList<>();
            array.forEach(element -> elements.add(sorted(element)));
            if (!elements.isEmpty()
                    && elements.getFirst().path("reason").asText().equals("FieldManagerConflict")) {
                elements.sort(java.util.Comparator.comparing(JsonNode::toString));
            }
            ArrayNode ordered = JSON.createArrayNode();
            elements.forEach(ordered::add);
            return ordered;
        }
        return node;
    }
}
