package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.naming.ReportName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private final Owners owners;
    private final @Nullable ReportIndex index;

    /** For writing where nothing else writes, and no two want the same name. */
    public ContainerReports(KubeApi api, Path folder) {
        this(api, folder, Owners.NONE, null);
    }

    /**
     * @param folder for contents on their way from one report to another
     * @param owners whose reports are not touched
     * @param index tells which containers have a name of their own; null where none has
     */
    public ContainerReports(KubeApi api, Path folder, Owners owners, @Nullable ReportIndex index) {
        this.api = api;
        this.folder = folder;
        this.owners = owners;
        this.index = index;
    }

    /** What became of a write. */
    public enum Written {
        CREATED,
        UPDATED,
        /** The report already showed this very scan for this very workload, and nothing older. */
        UNCHANGED,
        /** The namespace is going or gone; its reports have nowhere to be. */
        NAMESPACE_GONE
    }

    /**
     * The content of any stored report of a scan, from whichever namespace; empty where none is left. The caller closes it.
     *
     * @param newest when the newest that is known of was found; any that says so, or else any at all
     */
    public Optional<ReportContent> anyOf(ReportKind kind, String imageScan, Optional<Instant> newest)
            throws IOException {
        String scan = ImageLabels.IMAGE_SCAN + "=" + imageScan;
        if (newest.isPresent()) {
            Optional<ReportContent> content = any(
                    kind,
                    scan + "," + ImageLabels.SCANNED_AT + "=" + newest.get().getEpochSecond());
            if (content.isPresent()) {
                return content;
            }
        }
        return any(kind, scan);
    }

    private Optional<ReportContent> any(ReportKind kind, String selector) throws IOException {
        return api.get(
                        kind.resource().all(),
                        Map.of("labelSelector", selector, "limit", "1"),
                        KubeApi.JSON,
                        list -> StoredReport.firstOf(list, kind, folder))
                .orElseThrow(() -> new IOException(kind.resource().plural() + " are not served by the API server"));
    }

    /**
     * Creates the report, or replaces labels and report of the one that exists. Another living container's is left alone ({@link ReportName}).
     *
     * @param fresh whether the content is new, so that a report that already shows this scan is written all the same
     */
    public Written write(RunningContainer container, String imageScan, ReportContent content, boolean fresh)
            throws IOException {
        ReportBody body = new ReportBody(container, imageScan);
        String collection = content.kind().resource().in(body.namespace());
        for (int attempt = 1; ; attempt++) {
            try {
                Place place = place(container, body, content.kind());
                String path = content.kind().resource().named(body.namespace(), place.name());
                Optional<ObjectNode> existing = place.existing();
                if (existing.isEmpty()) {
                    ObjectNode metadata = body.newMetadata(place.name(), content);
                    api.create(collection, out -> body.writeTo(out, metadata, content), KubeApi::ignore);
                    return Written.CREATED;
                }
                if (!fresh && body.isSameAs(existing.get(), content)) {
                    return Written.UNCHANGED;
                }
                ObjectNode metadata = body.updatedMetadata(existing.get(), content);
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

    /**
     * Labels the container's report of the scan with its top owner, where it is not: its content is neither read nor written. A report that an older version
     * wrote would otherwise be missing from what is selected by the label, which looks like an image without findings.
     */
    public void label(ReportKind kind, RunningContainer container, String imageScan) throws IOException {
        ReportView report = index == null ? null : index.unlabelled(kind, container, imageScan);
        if (report == null) {
            return;
        }
        byte[] patch = MAPPER.writeValueAsBytes(container.top().patch(MAPPER.createObjectNode()));
        try {
            api.mergePatch(
                    kind.resource().named(report.namespace(), report.name()), out -> out.write(patch), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            // Gone, or without the right to patch, which was said once: whoever writes it next labels it.
            if (!refusal.isNotFound() && !refusal.isLackOfRights()) {
                throw refusal;
            }
        }
    }

    /** Where a report goes, and the metadata of the one that is there. */
    private record Place(String name, Optional<ObjectNode> existing) {}

    /** Asked of the API server itself: whoever else wants the usual name may have got it a moment ago. */
    private Place place(RunningContainer container, ReportBody body, ReportKind kind) throws IOException {
        ReportName name = body.name();
        Optional<ObjectNode> usual = read(kind, body.namespace(), name.usual());
        ReportName.Holder holder = usual.map(
                        metadata -> ReportOwner.of(metadata).heldBy(container, owners))
                .orElse(ReportName.Holder.NOBODY);
        String chosen = name.choose(asked -> {
            if (asked.equals(name.usual())) {
                return holder;
            }
            return index != null && index.hasOwnName(kind, container) ? ReportName.Holder.US : ReportName.Holder.NOBODY;
        });
        return chosen.equals(name.usual())
                ? new Place(chosen, usual)
                : new Place(chosen, read(kind, body.namespace(), chosen));
    }

    private Optional<ObjectNode> read(ReportKind kind, String namespace, String name) throws IOException {
        return api.get(
                kind.resource().named(namespace, name), Map.of(), KubeApi.METADATA_ONLY, ContainerReports::metadata);
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
