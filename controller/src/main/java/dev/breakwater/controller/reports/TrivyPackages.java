package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a scan found installed, as the Trivy server takes it ({@code blob_info} of {@code trivy.cache.v1}, Trivy 0.72): with what a CycloneDX document does not keep,
 * above all the class of the repository that a package came from, without which packages of third parties get findings that are none (real-behaviour 1).
 */
public final class TrivyPackages {
    /** Of {@code Results[].Packages[]}, and how the server calls it. What no finding depends on is left out. */
    private static final Map<String, String> FIELDS = Map.ofEntries(
            Map.entry("ID", "id"),
            Map.entry("Name", "name"),
            Map.entry("Version", "version"),
            Map.entry("Release", "release"),
            Map.entry("Epoch", "epoch"),
            Map.entry("Arch", "arch"),
            Map.entry("Dev", "dev"),
            Map.entry("SrcName", "src_name"),
            Map.entry("SrcVersion", "src_version"),
            Map.entry("SrcRelease", "src_release"),
            Map.entry("SrcEpoch", "src_epoch"),
            Map.entry("FilePath", "file_path"),
            Map.entry("Indirect", "indirect"));

    private static final List<String> RELATIONSHIPS = List.of("unknown", "root", "workspace", "direct", "indirect");
    /** What the server decides by and is not told over its protocol: of Red Hat's packages. */
    private static final Set<String> UNTOLD = Set.of("BuildInfo", "Modularitylabel");
    /** Found in files of their own, and shown under one name. */
    private static final Map<String, String> JOINED = Map.of(
            "python-pkg", "Python", "conda-pkg", "Conda", "gemspec", "Ruby", "node-pkg", "Node.js", "jar", "Java");
    /** What is no numbered release of Alpine is decided by the image's list of repositories, which the result does not have. */
    private static final Pattern RELEASE = Pattern.compile("[0-9]+\\.[0-9]+\\.[0-9]+");

    private final JsonParser in;
    private final ObjectNode blob = JsonWalk.MAPPER.createObjectNode().put("schema_version", 2);
    private String artifact = "";
    /** Why a server could not match it as the scan did; empty where it could. */
    private String obstacle = "";

    private TrivyPackages(JsonParser in) {
        this.in = in;
    }

    /** @param artifact what the scan called the image: the server makes names of results of it */
    public record Listing(String artifact, ObjectNode blob) {}

    /**
     * The packages of {@code trivy image --format json --list-all-pkgs}; empty where the server could not match them as the scan did.
     *
     * @throws MalformedResult where the input is not Trivy's JSON
     */
    public static Optional<Listing> read(InputStream json) throws IOException {
        try (JsonParser in = JsonWalk.MAPPER.createParser(new LenientUtf8(json))) {
            TrivyPackages packages = new TrivyPackages(in);
            in.nextToken();
            JsonWalk.members(in, packages::readMember);
            return packages.obstacle.isEmpty()
                    ? Optional.of(new Listing(packages.artifact, packages.blob))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new MalformedResult("Trivy's result is not the expected JSON: " + e.getOriginalMessage(), e);
        }
    }

    private void readMember(String field) throws IOException {
        switch (field) {
            case "ArtifactName" -> artifact = JsonWalk.text(in);
            case "Metadata" ->
                JsonWalk.members(in, member -> {
                    if (member.equals("OS") && in.currentToken() == JsonToken.START_OBJECT) {
                        readOs(JsonWalk.MAPPER.readTree(in));
                    } else {
                        in.skipChildren();
                    }
                });
            case "Results" -> JsonWalk.elements(in, index -> readResult());
            default -> in.skipChildren();
        }
    }

    private void readOs(JsonNode os) {
        String family = JsonWalk.text(os, "Family");
        String name = JsonWalk.text(os, "Name");
        if (family.equals("alpine") && !RELEASE.matcher(name).matches()) {
            obstacle = "Alpine " + name;
        }
        ObjectNode told = blob.putObject("os").put("family", family).put("name", name);
        if (os.path("extended").asBoolean()) {
            told.put("extended", true);
        }
    }

    private void readResult() throws IOException {
        ObjectNode heading = JsonWalk.MAPPER.createObjectNode();
        ArrayNode packages = JsonWalk.MAPPER.createArrayNode();
        JsonWalk.members(in, field -> {
            switch (field) {
                case "Target", "Class", "Type" -> heading.put(field, JsonWalk.text(in));
                case "Packages" ->
                    JsonWalk.elements(in, index -> packages.add(readPackage(JsonWalk.MAPPER.readTree(in))));
                default -> in.skipChildren();
            }
        });
        if (packages.isEmpty()) {
            return;
        }
        String target = heading.path("Target").asText();
        String type = heading.path("Type").asText();
        switch (heading.path("Class").asText()) {
            case "os-pkgs" -> blob.withArray("/package_infos").addObject().set("packages", packages);
            case "lang-pkgs" -> {
                ObjectNode application =
                        blob.withArray("/applications").addObject().put("type", type);
                if (!target.equals(JOINED.get(type))) {
                    application.put("file_path", target);
                }
                application.set("packages", packages);
            }
            default -> obstacle = "packages of class " + heading.path("Class").asText();
        }
    }

    private ObjectNode readPackage(JsonNode found) {
        ObjectNode told = JsonWalk.MAPPER.createObjectNode();
        for (var member : found.properties()) {
            String name = FIELDS.get(member.getKey());
            if (name != null && member.getValue().isValueNode()) {
                told.set(name, member.getValue());
            } else if (UNTOLD.contains(member.getKey())) {
                obstacle = member.getKey();
            }
        }
        int relationship = RELATIONSHIPS.indexOf(found.path("Relationship").asText("unknown"));
        if (relationship > 0) {
            told.put("relationship", relationship);
        }
        ObjectNode identifier = told.putObject("identifier");
        identifier.put("purl", JsonWalk.text(found.path("Identifier"), "PURL"));
        identifier.put("uid", JsonWalk.text(found.path("Identifier"), "UID"));
        String repository = JsonWalk.text(found.path("Repository"), "Class");
        if (!repository.isEmpty()) {
            told.putObject("repository").put("class", repository);
        }
        return told;
    }
}
