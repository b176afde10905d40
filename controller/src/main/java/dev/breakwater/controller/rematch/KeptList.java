package dev.breakwater.controller.rematch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.reports.TrivyPackages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** A package list as the value of a property of a CycloneDX document: JSON in gzip in base64. It stands beside the SBOM whose packages it lists. */
final class KeptList {
    /** Name of the property; in CycloneDX such names begin with who gives them. */
    static final String PROPERTY = "breakwater:trivy:packages";

    private static final JsonMapper MAPPER = new JsonMapper();
    /** Far more than any image; what is larger was not written by us. */
    private static final int LARGEST = 256 << 20;

    private KeptList() {}

    static String write(TrivyPackages.Listing packages) throws IOException {
        ObjectNode list = MAPPER.createObjectNode().put("artifact", packages.artifact());
        list.set("blob", packages.blob());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(list.toString().getBytes(StandardCharsets.UTF_8));
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** @throws IOException for what is none */
    static TrivyPackages.Listing read(String text) throws IOException {
        try (InputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            byte[] json = gzip.readNBytes(LARGEST + 1);
            JsonNode list = json.length > LARGEST ? MAPPER.missingNode() : MAPPER.readTree(json);
            if (list.path("blob") instanceof ObjectNode blob) {
                return new TrivyPackages.Listing(list.path("artifact").asText(), blob);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a kept package list is no base64", e);
        }
        throw new IOException("a kept package list is none");
    }
}
