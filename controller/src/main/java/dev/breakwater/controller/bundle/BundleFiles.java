package dev.breakwater.controller.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.registry.OciRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a bundle's layers. A layer whose media type ends in {@code tar+gzip} or {@code tar.gzip} is an archive; any other layer is one file, named by
 * its annotation {@code org.opencontainers.image.title}, as {@code oras push} makes them. Names are names and nothing more: nothing is written to a disk.
 */
final class BundleFiles {
    /** Of all layers, compressed. */
    static final long LARGEST_LAYERS = 4 << 20;

    /** Of all layers, unpacked, with what nobody wants of them. The controller has 128 MiB of heap for everything. */
    private static final long LARGEST_FILES = 8 << 20;

    private static final int LARGEST_FILE = 1 << 20;
    private static final int MOST_FILES = 2_000;
    private static final int LONGEST_NAME = 300;
    /** Of one entry; the reader of archives takes long names and extended headers into memory. */
    private static final long LARGEST_HEADER = 64 << 10;

    /** Of all entries: 2,000 with extended headers. The reader keeps global headers until the end. */
    private static final long LARGEST_HEADERS = 3 << 20;

    private static final Pattern WANTED = Pattern.compile(".*\\.(yaml|yml|rego|kinds)");

    private final Map<String, String> files = new TreeMap<>();
    private long filesLeft = LARGEST_FILES;
    private long headersLeft = LARGEST_HEADERS;

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
        try (BoundedStream unpacked = new BoundedStream(new GZIPInputStream(new ByteArrayInputStream(archive)));
                TarArchiveInputStream tar = new TarArchiveInputStream(unpacked)) {
            TarArchiveEntry entry;
            while ((entry = next(tar, unpacked)) != null) {
                // What such an entry gives is not what it takes of the archive: it may be endless, and count for
                // nothing.
                if (entry.isSparse()) {
                    throw new IOException("the bundle has a sparse file; only files without holes are read");
                }
                unpacked.allow(filesLeft, "the bundle unpacks to more than " + LARGEST_FILES + " bytes");
                if (isPlainFile(entry) && isWanted(entry.getName())) {
                    add(entry.getName(), tar.readNBytes(LARGEST_FILE + 1));
                }
                // Also what nobody wants is counted here, so that what follows is nothing but a header.
                tar.transferTo(OutputStream.nullOutputStream());
                filesLeft = unpacked.left();
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("a layer of the bundle is no archive: " + e.getMessage(), e);
        }
    }

    private @Nullable TarArchiveEntry next(TarArchiveInputStream tar, BoundedStream unpacked) throws IOException {
        long allowed = Math.min(LARGEST_HEADER, headersLeft);
        unpacked.allow(
                allowed,
                "the bundle's archive has headers of more than " + LARGEST_HEADER + " bytes for an entry, or "
                        + LARGEST_HEADERS + " for all");
        TarArchiveEntry entry = tar.getNextEntry();
        headersLeft -= allowed - unpacked.left();
        return entry;
    }

    private static boolean isPlainFile(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isLink() && !entry.isSymbolicLink();
    }

    private void add(String name, byte[] content) throws IOException {
        String path = name.startsWith("./") ? name.substring(2) : name;
        // Names are told to people, in objects of the API.
        if (path.length() > LONGEST_NAME) {
            throw new IOException("a file of the bundle has a name of " + path.length() + " characters, beginning with "
                    + path.substring(0, 40) + "; " + LONGEST_NAME + " are allowed");
        }
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
        return WANTED.matcher(name).matches() && !name.endsWith("_test.rego");
    }
}
