package dev.breakwater.controller.bundle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.registry.OciRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Pushes bundles to a registry without TLS, as oras does: one layer per file, or an archive of all. */
public final class BundlePush {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String FILE = "application/vnd.oci.image.layer.v1.tar";
    private static final String ARCHIVE = "application/vnd.cncf.openpolicyagent.layer.v1.tar+gzip";

    private final String repository;
    private final HttpClient http = HttpClient.newHttpClient();

    /** @param repository {@code HOST:PORT/PATH} */
    public BundlePush(String repository) {
        this.repository = repository;
    }

    /** A layer for each file; answers the digest. */
    public String files(String tag, Map<String, String> files) {
        ObjectNode manifest = manifest();
        new TreeMap<>(files).forEach((name, text) -> {
            ObjectNode layer = layer(manifest, FILE, text.getBytes(StandardCharsets.UTF_8));
            layer.putObject("annotations").put("org.opencontainers.image.title", name);
        });
        return push(tag, manifest);
    }

    /** One layer; answers the digest. */
    public String archive(String tag, Map<String, String> files) {
        return archive(tag, tar(files));
    }

    String archive(String tag, byte[] archive) {
        ObjectNode manifest = manifest();
        layer(manifest, ARCHIVE, archive);
        return push(tag, manifest);
    }

    /** A layer whose annotations make the manifest as long as this, at the least. */
    void longManifest(String tag, int length) {
        ObjectNode manifest = manifest();
        layer(manifest, FILE, new byte[] {'a'}).putObject("annotations").put("comment", "0".repeat(length));
        push(tag, manifest);
    }

    public static byte[] tar(Map<String, String> files) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(compressed))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
                write(tar, new TarArchiveEntry(file.getKey()), content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    /** An archive of entries as they are, each of no content. */
    static byte[] tar(List<TarArchiveEntry> entries) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(compressed))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            for (TarArchiveEntry entry : entries) {
                write(tar, entry, new byte[0]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private static void write(TarArchiveOutputStream tar, TarArchiveEntry entry, byte[] content) throws IOException {
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private ObjectNode manifest() {
        ObjectNode manifest = MAPPER.createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        blob(config);
        manifest.putObject("config")
                .put("mediaType", "application/vnd.oci.empty.v1+json")
                .put("digest", OciRegistry.digest(config))
                .put("size", config.length);
        manifest.putArray("layers");
        return manifest;
    }

    private ObjectNode layer(ObjectNode manifest, String type, byte[] content) {
        blob(content);
        return ((ArrayNode) manifest.path("layers"))
                .addObject()
                .put("mediaType", type)
                .put("digest", OciRegistry.digest(content))
                .put("size", content.length);
    }

    private String push(String tag, ObjectNode manifest) {
        byte[] body = manifest.toString().getBytes(StandardCharsets.UTF_8);
        send(HttpRequest.newBuilder(uri("manifests/" + tag))
                .header("Content-Type", MANIFEST)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body)));
        return OciRegistry.digest(body);
    }

    private void blob(byte[] content) {
        HttpResponse<String> opened =
                send(HttpRequest.newBuilder(uri("blobs/uploads/")).POST(HttpRequest.BodyPublishers.noBody()));
        String location = opened.headers().firstValue("Location").orElseThrow();
        URI upload = uri("").resolve(
                        location + (location.contains("?") ? "&" : "?") + "digest=" + OciRegistry.digest(content));
        send(HttpRequest.newBuilder(upload)
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(content)));
    }

    private URI uri(String path) {
        int slash = repository.indexOf('/');
        return URI.create(
                "http://" + repository.substring(0, slash) + "/v2" + repository.substring(slash) + "/" + path);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(answer.uri() + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
