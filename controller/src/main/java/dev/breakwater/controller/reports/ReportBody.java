package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.inventory.WorkloadRef;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.ReportNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The JSON of one container's report: whose it is from the container, what it says from the content. */
final class ReportBody {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final RunningContainer container;
    private final String imageScan;

    ReportBody(RunningContainer container, String imageScan) {
        this.container = container;
        this.imageScan = imageScan;
    }

    String namespace() {
        return container.workload().namespace();
    }

    ReportName name() {
        WorkloadRef workload = container.workload();
        return ReportNames.forContainer(
                workload.kind().resource().kind(), workload.name(), container.container(), workload.uid());
    }

    private ObjectNode labels(ReportContent content) {
        WorkloadRef workload = container.workload();
        ObjectNode labels = MAPPER.createObjectNode();
        marks().labels().forEach(labels::put);
        labels.put(ReportLabels.CONTAINER_NAME, container.container());
        labels.put(ReportLabels.RESOURCE_SPEC_HASH, container.specHash());
        labels.put(ImageLabels.IMAGE_DIGEST, container.running().digestLabel());
        labels.put(ImageLabels.IMAGE_SCAN, imageScan);
        if (!content.scannedAt().isEmpty()) {
            labels.put(ImageLabels.SCANNED_AT, content.scannedAt());
        }
        container.top().labels().forEach(labels::put);
        return labels;
    }

    ObjectNode newMetadata(String name, ReportContent content) {
        ObjectNode metadata = MAPPER.createObjectNode();
        metadata.put("name", name);
        metadata.put("namespace", namespace());
        metadata.set("labels", labels(content));
        marks().annotations()
                .forEach((key, value) -> metadata.withObject("/annotations").put(key, value));
        container.top().writeTo(metadata);
        metadata.putArray("ownerReferences").add(ownerReference());
        return metadata;
    }

    /**
     * Metadata of an existing report with the labels replaced and everything else kept. One thing more is mended: a controller reference to a
     * workload that is gone, because with it the garbage collector would delete the report right after it was written.
     */
    ObjectNode updatedMetadata(ObjectNode existing, ReportContent content) {
        ObjectNode metadata = existing.deepCopy();
        metadata.set("labels", labels(content));
        container.top().writeTo(metadata);
        metadata.remove("managedFields");
        String uid = container.workload().uid();
        if (!ReportOwner.of(existing).uid().equals(uid)) {
            ArrayNode owners = MAPPER.createArrayNode().add(ownerReference());
            for (var owner : existing.path("ownerReferences")) {
                if (!owner.path("controller").asBoolean()
                        && !owner.path("uid").asText().equals(uid)) {
                    owners.add(owner);
                }
            }
            metadata.set("ownerReferences", owners);
        }
        return metadata;
    }

    /** Whether the existing report already is this container's report of this very scan, and its content no older. */
    boolean isSameAs(ObjectNode existing, ReportContent content) {
        ObjectNode wanted = labels(content);
        JsonNode found = existing.path("labels").deepCopy();
        long wantedAt = without(wanted, ImageLabels.SCANNED_AT);
        return ReportOwner.of(existing).uid().equals(container.workload().uid())
                && (!(found instanceof ObjectNode labels) || without(labels, ImageLabels.SCANNED_AT) >= wantedAt)
                && found.equals(wanted);
    }

    /** Takes a label away; its number, or 0 where it has none. */
    private static long without(ObjectNode labels, String key) {
        JsonNode label = labels.remove(key);
        return label == null ? 0 : label.asLong();
    }

    void writeTo(OutputStream out, ObjectNode metadata, ReportContent content) throws IOException {
        out.write(head(metadata, content));
        out.write((",\"" + content.kind().bulkField() + "\":").getBytes(StandardCharsets.UTF_8));
        content.bulk().copyTo(out);
        out.write("}}".getBytes(StandardCharsets.UTF_8));
    }

    /** Everything before the bulk, without the two closing braces. */
    private byte[] head(ObjectNode metadata, ReportContent content) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream(2048);
        Resource resource = content.kind().resource();
        try (JsonGenerator out = MAPPER.createGenerator(buffer)) {
            out.writeStartObject();
            out.writeStringField("apiVersion", resource.apiVersion());
            out.writeStringField("kind", resource.kind());
            out.writeFieldName("metadata");
            MAPPER.writeTree(out, metadata);
            out.writeObjectFieldStart("report");
            out.writeStringField("updateTimestamp", content.updateTimestamp());
            out.writeObjectFieldStart("scanner");
            out.writeStringField("name", content.scanner().name());
            out.writeStringField("vendor", content.scanner().vendor());
            out.writeStringField("version", content.scanner().version());
            out.writeEndObject();
            writeArtifact(out);
            if (content.kind() == ReportKind.VULNERABILITY) {
                writeOperatingSystem(out, content.os() == null ? ReportContent.OperatingSystem.NONE : content.os());
            }
            out.writeObjectFieldStart("summary");
            for (var count : content.summary().entrySet()) {
                out.writeNumberField(count.getKey(), count.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
            out.writeEndObject();
        }
        byte[] whole = buffer.toByteArray();
        return java.util.Arrays.copyOf(whole, whole.length - 2);
    }

    private void writeArtifact(JsonGenerator out) throws IOException {
        ImageReference image = imageReference();
        out.writeObjectFieldStart("registry");
        out.writeStringField("server", image.registry());
        out.writeEndObject();
        out.writeObjectFieldStart("artifact");
        out.writeStringField("repository", image.repository());
        out.writeStringField("digest", container.running().digest());
        if (!image.tag().isEmpty()) {
            out.writeStringField("tag", image.tag());
        }
        out.writeEndObject();
    }

    /** A node may run what no registry would name (an image loaded by its id); its findings count all the same. */
    private ImageReference imageReference() {
        try {
            return ImageReference.parse(container.image());
        } catch (IllegalArgumentException unnamed) {
            return new ImageReference("", container.image(), "", "");
        }
    }

    private static void writeOperatingSystem(JsonGenerator out, ReportContent.OperatingSystem os) throws IOException {
        out.writeObjectFieldStart("os");
        out.writeStringField("family", os.family());
        if (!os.name().isEmpty()) {
            out.writeStringField("name", os.name());
        }
        if (os.eosl()) {
            out.writeBooleanField("eosl", true);
        }
        out.writeEndObject();
    }

    private ReportLabels.OwnerMarks marks() {
        WorkloadRef workload = container.workload();
        return ReportLabels.ofOwner(workload.kind().resource().kind(), workload.name(), workload.namespace());
    }

    private ObjectNode ownerReference() {
        WorkloadRef workload = container.workload();
        ObjectNode owner = MAPPER.createObjectNode();
        owner.put("apiVersion", workload.kind().resource().apiVersion());
        owner.put("kind", workload.kind().resource().kind());
        owner.put("name", workload.name());
        owner.put("uid", workload.uid());
        owner.put("controller", true);
        // False, so that a cluster that enforces permissions on owners does not refuse the report (trivy-operator 2.4).
        owner.put("blockOwnerDeletion", false);
        return owner;
    }
}
