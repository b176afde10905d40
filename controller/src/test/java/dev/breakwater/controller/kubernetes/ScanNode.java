package dev.breakwater.controller.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/** Plays Job controller and kubelet for scan Jobs: makes the pod, ends it as told, and ends the Job. */
public final class ScanNode {
    /** What a scan's container does. */
    public sealed interface Behaviour {
        /** Ends well with this log. */
        record Logs(byte[] log) implements Behaviour {}

        /** Ends with exit code 1 and these last words. */
        record Fails(String lastWords, String reason) implements Behaviour {}

        /** Waits for ever with this reason. */
        record Waits(String reason, String message) implements Behaviour {}

        /** Nothing happens until told otherwise. */
        record Hangs() implements Behaviour {}
    }

    private final InMemoryKubernetes cluster;
    private final List<ObjectNode> jobs = new CopyOnWriteArrayList<>();
    private volatile Function<ObjectNode, Behaviour> behaviour;

    public ScanNode(InMemoryKubernetes cluster, Function<ObjectNode, Behaviour> behaviour) {
        this.cluster = cluster;
        this.behaviour = behaviour;
        cluster.onCreate(object -> {
            if (object.path("kind").asText().equals("Job")) {
                jobs.add(object);
                run(object);
            }
        });
    }

    public void behave(Function<ObjectNode, Behaviour> next) {
        behaviour = next;
    }

    /** All scan Jobs that were ever created. */
    public List<ObjectNode> jobs() {
        return List.copyOf(jobs);
    }

    /** Plays the container of a Job that hung until now. */
    public void run(ObjectNode job) {
        String namespace = job.path("metadata").path("namespace").asText();
        String name = job.path("metadata").path("name").asText();
        ObjectNode pod = Objects.object("v1", "Pod", namespace, name + "-x");
        ((ObjectNode) pod.path("metadata"))
                .set("labels", job.path("metadata").path("labels").deepCopy());
        Objects.own(
                pod, "batch/v1", "Job", name, job.path("metadata").path("uid").asText());
        pod.set("spec", job.path("spec").path("template").path("spec").deepCopy());
        ObjectNode container =
                pod.putObject("status").putArray("containerStatuses").addObject();
        container.put("name", "trivy");
        String pods = "/api/v1/namespaces/" + namespace + "/pods";
        switch (behaviour.apply(job)) {
            case Behaviour.Logs logs -> {
                container.withObject("/state/terminated").put("exitCode", 0);
                cluster.log(namespace, name + "-x", logs.log());
                cluster.put(pods, pod);
                end(job, "Complete", "");
            }
            case Behaviour.Fails fails -> {
                container
                        .withObject("/state/terminated")
                        .put("exitCode", 1)
                        .put("reason", fails.reason())
                        .put("message", fails.lastWords());
                cluster.put(pods, pod);
                end(job, "Failed", "BackoffLimitExceeded");
            }
            case Behaviour.Waits waits -> {
                container
                        .withObject("/state/waiting")
                        .put("reason", waits.reason())
                        .put("message", waits.message());
                cluster.put(pods, pod);
            }
            case Behaviour.Hangs hangs -> {}
        }
    }

    /** A log as the scan script writes it. */
    public static byte[] log(String report, String sbom) {
        return (part("report", report) + part("sbom", sbom) + "#done\n").getBytes(StandardCharsets.UTF_8);
    }

    /** One part of it. */
    public static String part(String name, String json) {
        byte[] raw = json.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(raw);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "#begin " + name + "\n"
                + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(compressed.toByteArray()) + "\n\n#end "
                + name + " " + raw.length + " " + sha256(raw) + "\n";
    }

    private void end(ObjectNode job, String type, String reason) {
        ObjectNode ended = job.deepCopy();
        ended.putObject("status")
                .putArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason);
        cluster.put(
                "/apis/batch/v1/namespaces/"
                        + job.path("metadata").path("namespace").asText() + "/jobs",
                ended);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
