package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Writes containers' reports through the Kubernetes API and fetches contents that can be shared.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class ContainerReports {
    private static final JsonMapper MAPPER = new JsonMapper();
    /** Another writer rarely comes in between twice; after this many times the caller tries again later. */
    private static final int UPDATE_ATTEMPTS = 5;

    private final KubeApi api;
    private final Path folder;

    /**
     * @param folder for contents on their way from one report to another
     */
    public ContainerReports(KubeApi api, Path folder) {
        this.api = api;
        this.folder = folder;
    }

    /** What became of a write. */
    public enum Written {
        CREATED,
        UPDATED,
        /** The report already showed this very scan for this very workload. */
        UNCHANGED,
        /** The namespace is going or gone; its reports have nowhere to be. */
        NAMESPACE_GONE
    }

    /** The content of any stored report of a scan, from whichever namespace; empty where none is left. The caller closes it. */
    public Optional<ReportContent> anyOf(ReportKind kind, String imageScan) throws IOException {
        return api.get(
                        kind.resource().all(),
                        Map.of("labelSelector", ImageLabels.IMAGE_SCAN + "=" + imageScan, "limit", "1"),
                        KubeApi.JSON,
                        list -> StoredReport.firstOf(list, kind, folder))
                .orElseThrow(() -> new IOException(kind.resource().plural() + " are not served by the API server"));
    }

    /**
     * Creates the report, or replaces labels and report of the one that exists.
     *
     * @param fresh whether the content is new, so that a report that already shows this scan is written all the same
     */
    public Written write(RunningContainer container, String imageScan, ReportContent content, boolean fresh)
            throws IOException {
        ReportBody body = new ReportBody(container, imageScan);
        String collection = content.kind().resource().in(body.namespace());
        String path = content.kind().resource().named(body.namespace(), body.name());
        for (int attempt = 1; ; attempt++) {
            try {
                Optional<ObjectNode> existing =
                        api.get(path, Map.of(), KubeApi.METADATA_ONLY, ContainerReports::metadata);
                if (existing.isEmpty()) {
                    ObjectNode metadata = body.newMetadata();
                    api.create(collection, out -> body.writeTo(out, metadata, content), KubeApi::ignore);
                    return Written.CREATED;
                }
                if (!fresh && body.isSameAs(existing.get())) {
                    return Written.UNCHANGED;
                }
                ObjectNode metadata = body.updatedMetadata(existing.get());
                api.update(path, out -> body.writeTo(out, metadata, content), KubeApi::ignore);
                return Written.UPDATED;
            } catch (ApiRefusal refusal) {
                if (refusal.code() == 403 && refusal.toString().contains("being terminated")) {
                    return Written.NAMESPACE_GONE;
                }
                if (refusal.isNotFound() && refusal.toString().contains("namespaces \"")) {
                    return Written.NAMESPACE_GONE;
                }
                // Not found: the report was deleted between reading and replacing; conflict: somebody wrote it, or it
                // came to be.
                if ((!refusal.isConflict() && !refusal.isNotFound()) || attempt == UPDATE_ATTEMPTS) {
                    throw refusal;
                }
            }
        }
    }

    public void delete(ReportKind kind, String namespace, String name) throws IOException {
        api.delete(kind.resource().named(namespace, name));
    }

    /** Metadata of an object; the rest, should the server send it, is passed over and not kept. */
    private static ObjectNode metadata(InputStream body) throws IOException {
        try (JsonParser in = MAPPER.createParser(body)) {
            ObjectNode metadata = MAPPER.createObjectNode();
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String field = in.currentName();
                in.nextToken();
                if (field.equals("metadata")) {
                    metadata = MAPPER.readTree(in);
                } else {
                    in.skipChildren();
                }
            }
            return metadata;
        }
    }
}
