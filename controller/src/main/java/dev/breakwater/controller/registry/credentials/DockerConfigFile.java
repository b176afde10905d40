package dev.breakwater.controller.registry.credentials;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@code config.json} for one program that pulls few repositories: one key for each, spelt out in full. Trivy asks for {@code HOST/REPOSITORY} and then
 * for {@code HOST}, and takes any key of the host for an answer to the second: with the keys of a whole registry it would show a random one.
 *
 * <p>Its text has nothing of its content.
 */
public final class DockerConfigFile {
    private static final JsonMapper MAPPER = new JsonMapper();
    private final Map<String, Credential> auths = new LinkedHashMap<>();

    /** Of one repository. */
    public static DockerConfigFile of(ImageReference reference, Credential credential) {
        DockerConfigFile file = new DockerConfigFile();
        file.auths.put(reference.name(), credential);
        return file;
    }

    /** What stands in the file. */
    public byte[] json() {
        ObjectNode config = MAPPER.createObjectNode();
        ObjectNode entries = config.putObject("auths");
        auths.forEach((repository, credential) -> entries.putObject(repository).put("auth", credential.basic()));
        return config.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "DockerConfigFile" + auths.keySet();
    }
}
