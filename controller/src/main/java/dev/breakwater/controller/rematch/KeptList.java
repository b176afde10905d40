package dev.breakwater.controller.rematch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.reports.TrivyPackages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A package list as the value of a property of a CycloneDX document: JSON in gzip in base64. It stands beside the SBOM whose packages it lists. */
final class KeptList {
    /** Name of the property; in CycloneDX such names begin with who gives them. */
    static final String PROPERTY = "breakwater:trivy:packages";

    private static final JsonMapper MAPPER = new JsonMapper();
    /**
     * Bytes of JSON, which take ten times as much as objects: some 30,000 packages. An SbomReport may be written by whoever has the right to, and a property of
     * some KB may hold a gigabyte.
     */
    static final int LARGEST = 8 << 20;

    private KeptList() {}

    /** @throws IOException for more packages than are kept */
    static String write(TrivyPackages.Listing packages) throws IOException {
        ObjectNode list = MAPPER.createObjectNode().put("artifact", packages.artifact());
        list.set("blob", packages.blob());
        byte[] json = MAPPER.writeValueAsBytes(list);
        if (json.length > LARGEST) {
            throw new IOException("a list of %d MiB is longer than those that are kept, %d MiB"
                    .formatted(json.length >> 20, LARGEST >> 20));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(json);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** @throws IOException for what is none */
    static TrivyPackages.Listing read(String text) throws IOException {
        try (InputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            byte[] json = gzip.readNBytes(LARGEST + 1);
            if (json.length > LARGEST) {
                throw new IOException("a kept package list is longer than those that are kept");
            }
            JsonNode list = MAPPER.readTree(json);
            if (list.path("blob") instanceof ObjectNode blob) {
                return new TrivyPackages.Listing(list.path("artifact").asText(), blob);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a kept package list is no base64", e);
        }
        throw new IOException("a kept package list is none");
    }
}
