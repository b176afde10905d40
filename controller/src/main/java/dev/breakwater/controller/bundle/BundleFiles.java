package dev.breakwater.controller.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of a bundle's layers. A layer whose media type ends in {@code tar+gzip} or {@code tar.gzip} is an archive; any other layer is one file, named by
 * its annotation {@code org.opencontainers.image.title}, as {@code oras push} makes them. Names are names and nothing more: nothing is written to a disk.
 */
final class BundleFiles {
    /** Of all layers, compressed. */
    static final long LARGEST_LAYERS = 16 << 20;

    private static final long LARGEST_FILES = 32 << 20;
    private static final int LARGEST_FILE = 1 << 20;
    private static final int MOST_FILES = 2_000;
    private static final Pattern WANTED = Pattern.compile(".*\\.(yaml|yml|rego|kinds)");
    private static final Pattern NOT_WANTED = Pattern.compile("(.*/)?[^/]*_test\\.rego");

    private final Map<String, String> files = new TreeMap<>();
    private long bytes;

    private BundleFiles() {}

    /** @throws IOException in words, where a layer cannot be had or is no bundle's */
    static Map<String, String> of(JsonNode manifest, OciRegistry registry) throws IOException {
        BundleFiles bundle = new BundleFiles();
        long left = LARGEST_LAYERS;
        for (JsonNode layer : manifest.path("layers")) {
            String type = layer.path("mediaType").asText();
            String title = layer.path("annotations")
                    .path("org.opencontainers.image.title")
                    .asText();
            boolean archive = type.endsWith("tar+gzip") || type.endsWith("tar.gzip");
            if (archive || isWanted(title)) {
                byte[] content = registry.blob(layer, left);
                left -= content.length;
                if (archive) {
                    bundle.unpack(content);
                } else {
                    bundle.add(title, content);
                }
            }
        }
        if (bundle.files.isEmpty()) {
            throw new IOException(
                    "the bundle has no file that ends in .yaml, .yml, .rego or .kinds, in no layer that is an archive"
                            + " (tar+gzip) or has a title");
        }
        return Map.copyOf(bundle.files);
    }

    private void unpack(byte[] archive) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                // A small archive can unpack to a very large one, also by what nobody wants of it.
                bytes += Math.max(512, entry.getSize());
                if (bytes > LARGEST_FILES) {
                    throw new IOException("the bundle unpacks to more than " + LARGEST_FILES + " bytes");
                }
                if (entry.isFile() && isWanted(entry.getName())) {
                    add(entry.getName(), tar.readNBytes(LARGEST_FILE + 1));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a layer of the bundle is no archive: " + e.getMessage(), e);
        }
    }

    private void add(String name, byte[] content) throws IOException {
        String path = name.startsWith("./") ? name.substring(2) : name;
        if (content.length > LARGEST_FILE) {
            throw new IOException("the file " + path + " of the bundle has more than " + LARGEST_FILE + " bytes");
        }
        if (files.size() == MOST_FILES) {
            throw new IOException("the bundle has more than " + MOST_FILES + " files of checks");
        }
        try {
            files.put(
                    path,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new IOException("the file " + path + " of the bundle is no UTF-8 text", e);
        }
    }

    private static boolean isWanted(String name) {
        return WANTED.matcher(name).matches() && !NOT_WANTED.matcher(name).matches();
    }
}
