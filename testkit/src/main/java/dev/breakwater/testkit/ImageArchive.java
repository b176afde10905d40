package dev.breakwater.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image as an archive, as {@code docker save} and Jib write it: layers, a configuration, and a {@code manifest.json} that names
 * them.
 */
public final class ImageArchive {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String CONFIG_TYPE = "application/vnd.docker.container.image.v1+json";
    private static final String LAYER_TYPE = "application/vnd.docker.image.rootfs.diff.tar.gzip";

    private final Path archive;

    /** @param archive tar file, not compressed, its layers gzipped */
    public ImageArchive(Path archive) {
        this.archive = archive;
    }

    /**
     * Pushes the image into a registry that speaks plain HTTP.
     *
     * @param registry {@code HOST:PORT}
     * @param repository such as {@code breakwater}
     * @return the reference under which it can be pulled
     */
    public String push(String registry, String repository, String tag) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("breakwater-image-");
        try (HttpClient http = HttpClient.newHttpClient()) {
            Map<String, Path> files = unpack(folder);
            JsonNode image =
                    MAPPER.readTree(file(files, "manifest.json").toFile()).path(0);
            URI base = URI.create("http://" + registry + "/v2/" + repository + "/");

            ObjectNode manifest = MAPPER.createObjectNode();
            manifest.put("schemaVersion", 2).put("mediaType", MANIFEST_TYPE);
            manifest.set(
                    "config",
                    pushBlob(http, base, file(files, image.path("Config").asText()), CONFIG_TYPE));
            ArrayNode layers = manifest.putArray("layers");
            for (JsonNode layer : image.path("Layers")) {
                layers.add(pushBlob(http, base, file(files, layer.asText()), LAYER_TYPE));
            }
            HttpRequest put = HttpRequest.newBuilder(base.resolve("manifests/" + tag))
                    .header("Content-Type", MANIFEST_TYPE)
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(manifest)))
                    .build();
            expect(http.send(put, HttpResponse.BodyHandlers.ofString()), 201);
            return registry + "/" + repository + ":" + tag;
        } finally {
            for (Path left : unpackedFiles(folder)) {
                Files.deleteIfExists(left);
            }
            Files.deleteIfExists(folder);
        }
    }

    private static ObjectNode pushBlob(HttpClient http, URI base, Path blob, String type)
            throws IOException, InterruptedException {
        String digest = "sha256:" + sha256(blob);
        HttpRequest head = HttpRequest.newBuilder(base.resolve("blobs/" + digest))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build();
        if (http.send(head, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
            HttpRequest begin = HttpRequest.newBuilder(base.resolve("blobs/uploads/"))
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpResponse<String> upload = expect(http.send(begin, HttpResponse.BodyHandlers.ofString()), 202);
            String place = upload.headers().firstValue("Location").orElseThrow();
            HttpRequest put = HttpRequest.newBuilder(
                            base.resolve(place + (place.contains("?") ? "&" : "?") + "digest=" + digest))
                    .header("Content-Type", "application/octet-stream")
                    .PUT(HttpRequest.BodyPublishers.ofFile(blob))
                    .build();
            expect(http.send(put, HttpResponse.BodyHandlers.ofString()), 201);
        }
        return MAPPER.createObjectNode()
                .put("mediaType", type)
                .put("size", Files.size(blob))
                .put("digest", digest);
    }

    private static HttpResponse<String> expect(HttpResponse<String> response, int status) throws IOException {
        if (response.statusCode() != status) {
            throw new IOException(response.request().method() + " " + response.uri() + " was answered with "
                    + response.statusCode() + ": " + response.body());
        }
        return response;
    }

    /** The archive's files by name. A plain reader of tar: names under 100 characters, no links, as these archives are. */
    private Map<String, Path> unpack(Path folder) throws IOException {
        Map<String, Path> files = new LinkedHashMap<>();
        try (InputStream tar = Files.newInputStream(archive)) {
            for (byte[] header = tar.readNBytes(512);
                    header.length == 512 && header[0] != 0;
                    header = tar.readNBytes(512)) {
                String name = text(header, 0, 100);
                long size = Long.parseLong(text(header, 124, 12).strip(), 8);
                Path file = folder.resolve(Integer.toString(files.size()));
                try (var out = Files.newOutputStream(file)) {
                    copy(tar, out, size);
                }
                tar.skipNBytes((512 - size % 512) % 512);
                files.put(name, file);
            }
        }
        return files;
    }

    private static void copy(InputStream in, OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = size;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("the archive ends in the middle of a file");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static Path file(Map<String, Path> files, String name) throws IOException {
        @Nullable Path file = files.get(name);
        if (file == null) {
            throw new IOException("the archive has no file " + name);
        }
        return file;
    }

    private static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Iterable<Path> unpackedFiles(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
