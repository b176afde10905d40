package dev.breakwater.controller.rego;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The input of one Job: policies, and the objects of the kinds they are for, grown object by object up to a size. Its shape: {@code run.sh}.
 *
 * <p>Used by one thread.
 */
public final class RegoBatch {
    /** A Secret holds 1 MiB, and so does a request to etcd, with all around it. */
    private static final int LARGEST = 700 * 1024;

    /** Objects of one batch at most. */
    public static final int MOST_OBJECTS = 500;
    /** Of an object before compression; larger ones, such as a config map full of certificates, go in a batch of their own. */
    private static final int LARGEST_OBJECTS = 16 << 20;

    /**
     * What JSON allows raw in a text and YAML does not: characters that it takes for the end of a line or that it refuses. Objects are written as YAML,
     * which JSON nearly is, because Trivy refuses JSON with a number below zero or with a fraction (checks 2).
     */
    private static final Pattern NOT_YAML = Pattern.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]");

    /** The key of a ConfigMap may have 253 characters, a name in an archive, its folder included, 99. */
    private static final int LONGEST_NAME = 80;

    private static final Pattern NUMBERED = Pattern.compile("\\d+-[A-Za-z0-9._-]+\\.rego");

    private final RegoPolicies policies;
    private final int most;
    /** Names within the archive, by the names that users know. */
    private final Map<String, String> names = new HashMap<>();

    private final Map<String, Integer> groups = new HashMap<>();
    /** Ids by file; the objects themselves are in the archive alone. */
    private final Map<String, String> objects = new LinkedHashMap<>();

    private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    private final TarArchiveOutputStream archive;
    private long bytes;

    public RegoBatch(RegoPolicies policies) {
        this(policies, MOST_OBJECTS);
    }

    /** @param most objects, up to {@link #MOST_OBJECTS} */
    public RegoBatch(RegoPolicies policies, int most) {
        this.policies = policies;
        this.most = most;
        try {
            // Flushed after each file, so that the size is known while it grows.
            this.archive = new TarArchiveOutputStream(new GZIPOutputStream(compressed, 8192, true));
            for (String library : policies.libraries().keySet()) {
                put("l/" + nameFor(library), String.valueOf(policies.libraries().get(library)));
            }
            for (RegoPolicy policy : policies.policies()) {
                put("p/" + nameFor(policy.file()), policy.text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether policies and libraries leave too little room for objects. */
    public boolean isTooSmall() {
        return objects.isEmpty() && compressed.size() > LARGEST / 2;
    }

    /** Whether it should be run before more is added. */
    public boolean isFull() {
        return compressed.size() > LARGEST / 2 || objects.size() >= most || bytes > LARGEST_OBJECTS;
    }

    public boolean isEmpty() {
        return objects.isEmpty();
    }

    /** Whether it has policies for objects of the kind. */
    public boolean applyTo(String kind) {
        return policies.applyTo(kind);
    }

    /** False, and nothing is added, where the object is too large for the room that is left. */
    public boolean add(RegoObject object) {
        String text = "#\n" + yaml(object.json()) + "\n";
        // Half is worse than the worst that compression makes of an object.
        if (compressed.size() + text.length() / 2 > LARGEST) {
            return false;
        }
        try {
            Integer group = groups.get(object.kind());
            if (group == null) {
                group = groups.size();
                groups.put(object.kind(), group);
                put(
                        "g/" + group + "/policies",
                        policies.of(object.kind()).stream()
                                .map(policy -> names.get(policy.file()) + "\n")
                                .collect(Collectors.joining()));
            }
            String file = "%05d.yaml".formatted(objects.size());
            put("g/" + group + "/o/" + file, text);
            objects.put(file, object.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes += text.length();
        return true;
    }

    RegoPolicies policies() {
        return policies;
    }

    /** Ids of the objects, by the names of their files. */
    Map<String, String> objects() {
        return objects;
    }

    /** A policy's file by its name within the archive; the name itself where there is none. */
    String policyOf(String name) {
        return names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(name);
    }

    /** A text that speaks of names within the archive, with the names that users know. */
    String inUsersWords(String text) {
        return NUMBERED.matcher(text).replaceAll(match -> {
            String file = policyOf(match.group());
            return Matcher.quoteReplacement(file.substring(file.lastIndexOf('/') + 1));
        });
    }

    /** The first words of the policies' packages: Trivy asks packages of given beginnings only. */
    String namespaces() {
        return policies.policies().stream()
                .map(policy -> policy.namespace().split("\\.")[0])
                .distinct()
                .sorted()
                .collect(Collectors.joining(","));
    }

    /** The archive; nothing can be added any more. */
    byte[] close() {
        try {
            archive.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed.toByteArray();
    }

    private String nameFor(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        if (names.containsValue(name) || name.length() > LONGEST_NAME) {
            name = names.size() + "-" + name.substring(Math.max(0, name.length() - LONGEST_NAME));
        }
        names.put(file, name);
        return name;
    }

    private void put(String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        archive.putArchiveEntry(entry);
        archive.write(content);
        archive.closeArchiveEntry();
        archive.flush();
    }

    private static String yaml(String json) {
        return NOT_YAML.matcher(json)
                .replaceAll(match -> "\\\\u%04x".formatted((int) match.group().charAt(0)));
    }
}
