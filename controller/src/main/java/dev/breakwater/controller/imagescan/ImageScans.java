package dev.breakwater.controller.imagescan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.reports.ImageLabels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads and writes ImageScan objects. One writer, the leading controller, so that patches need no resourceVersion.
 *
 * <p>Threading: stateless; any thread may call, and blocks.
 */
public final class ImageScans {
    public static final Resource RESOURCE =
            new Resource("breakwater.dev", "v1alpha1", "imagescans", "ImageScan", false);

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;

    public ImageScans(KubeApi api) {
        this.api = api;
    }

    /** What is known of a scan; pending with no attempts where nothing is. */
    public ImageScanStatus read(String name) throws IOException {
        return api.get(RESOURCE.named("", name), Map.of(), KubeApi.JSON, MAPPER::readTree)
                .map(object -> ImageScanStatus.parse(object.path("status")))
                .orElseGet(ImageScanStatus::pending);
    }

    /** Creates the object where it is missing, and sets its status. */
    public void write(
            String name, RunningImage image, String pullReference, String settingsHash, ImageScanStatus status)
            throws IOException {
        write(name, Optional.of(image.digest()), image.platform(), pullReference, settingsHash, status);
    }

    /** As {@link #write}, for an image of which nobody knows the digest. */
    public void writeUnidentified(
            String name, String image, Platform platform, String settingsHash, ImageScanStatus status)
            throws IOException {
        write(name, Optional.empty(), platform, image, settingsHash, status);
    }

    public void delete(String name) throws IOException {
        api.delete(RESOURCE.named("", name));
    }

    private void write(
            String name,
            Optional<String> digest,
            Platform platform,
            String reference,
            String settingsHash,
            ImageScanStatus status)
            throws IOException {
        ObjectNode patch = MAPPER.createObjectNode();
        patch.set("status", status.toPatch());
        byte[] body = patch.toString().getBytes(StandardCharsets.UTF_8);
        String path = RESOURCE.named("", name) + "/status";
        try {
            api.mergePatch(path, out -> out.write(body), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isNotFound()) {
                throw refusal;
            }
            create(name, digest, platform, reference, settingsHash);
            api.mergePatch(path, out -> out.write(body), KubeApi::ignore);
        }
    }

    /**
     * Deletes what has been said of images that run no more.
     *
     * @param isWanted by name
     * @param before only those whose last attempt began earlier: an image that runs once an hour is the same image every time
     * @return how many
     */
    public int deleteUnwanted(Predicate<String> isWanted, Instant before) throws IOException {
        List<String> unwanted = new ArrayList<>();
        Optional<String> next = Optional.of("");
        while (next.isPresent()) {
            Map<String, String> query = new HashMap<>(Map.of("limit", "500"));
            if (!next.get().isEmpty()) {
                query.put("continue", next.get());
            }
            JsonNode page = api.get(RESOURCE.all(), query, KubeApi.JSON, MAPPER::readTree)
                    .orElseThrow(() -> new IOException("imagescans are not served by the API server"));
            for (JsonNode scan : page.path("items")) {
                String name = scan.path("metadata").path("name").asText();
                Instant last = ImageScanStatus.parse(scan.path("status")).lastAttempt();
                if (!isWanted.test(name) && (last == null || last.isBefore(before))) {
                    unwanted.add(name);
                }
            }
            next = Optional.of(page.path("metadata").path("continue").asText()).filter(token -> !token.isEmpty());
        }
        for (String name : unwanted) {
            delete(name);
        }
        return unwanted.size();
    }

    private void create(String name, Optional<String> digest, Platform platform, String reference, String settingsHash)
            throws IOException {
        ObjectNode object = MAPPER.createObjectNode();
        object.put("apiVersion", RESOURCE.apiVersion());
        object.put("kind", RESOURCE.kind());
        ObjectNode metadata = object.putObject("metadata");
        metadata.put("name", name);
        digest.map(known -> new RunningImage(known, platform).digestLabel())
                .ifPresent(label -> metadata.putObject("labels").put(ImageLabels.IMAGE_DIGEST, label));
        ObjectNode spec = object.putObject("spec");
        digest.ifPresent(known -> spec.put("digest", known));
        spec.put("platform", platform.toString());
        // Without the tag: the digest is what is scanned, and a tag may name a team's release.
        String repository = repositoryOf(reference);
        if (!repository.isEmpty()) {
            spec.put("repository", repository);
        }
        spec.put("settings", settingsHash);
        byte[] body = object.toString().getBytes(StandardCharsets.UTF_8);
        try {
            api.create(RESOURCE.all(), out -> out.write(body), KubeApi::ignore);
        } catch (ApiRefusal refusal) {
            if (!refusal.isConflict()) {
                throw refusal;
            }
        }
    }

    private static String repositoryOf(String reference) {
        try {
            return ImageReference.parse(reference).name();
        } catch (IllegalArgumentException unnamed) {
            return "";
        }
    }
}
