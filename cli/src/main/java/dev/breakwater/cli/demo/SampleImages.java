package dev.breakwater.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The images of the sample cluster with the results that Trivy gave for them when they were recorded.
 *
 * @param trivyVersion that scanned them
 * @param recorded when, RFC 3339
 * @param byReference images by the reference that manifests name
 */
record SampleImages(String trivyVersion, String recorded, Map<String, SampleImage> byReference) {
    private static final String FOLDER = "/demo/results/";
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * @param digest {@code sha256:...} of the recorded image
     * @param trivy resource of the gzipped {@code trivy image --format json}
     * @param sbom resource of the gzipped {@code trivy convert --format cyclonedx}
     */
    record SampleImage(String digest, String trivy, String sbom) {}

    static SampleImages load() throws IOException {
        try (InputStream index = open("index.json")) {
            JsonNode root = MAPPER.readTree(index);
            Map<String, SampleImage> images = new LinkedHashMap<>();
            for (JsonNode image : root.path("images")) {
                images.put(
                        image.path("image").asText(),
                        new SampleImage(
                                image.path("digest").asText(),
                                image.path("result").asText(),
                                image.path("sbom").asText()));
            }
            return new SampleImages(
                    root.path("trivyVersion").asText(), root.path("recordedAt").asText(), Map.copyOf(images));
        }
    }

    SampleImage of(String reference) throws IOException {
        @Nullable SampleImage image = byReference.get(reference);
        if (image == null) {
            throw new IOException("the sample cluster runs " + reference + ", of which no scan was recorded");
        }
        return image;
    }

    /** A recorded result, inflated. */
    static InputStream result(String name) throws IOException {
        return new GZIPInputStream(open(name));
    }

    private static InputStream open(String name) throws IOException {
        @Nullable InputStream resource = SampleImages.class.getResourceAsStream(FOLDER + name);
        if (resource == null) {
            throw new FileNotFoundException("the jar has no " + FOLDER + name);
        }
        return resource;
    }
}
