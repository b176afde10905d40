package dev.breakwater.controller.registry.credentials;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pull secret holds: a docker config in either of the two forms that Kubernetes has. What of it cannot be read is told in words that have nothing
 * of its content; the rest is used.
 *
 * @param entries in the order of the config
 * @param problems one sentence each, few; empty where all could be read
 */
record PullSecret(List<Entry> entries, List<String> problems) {
    private static final JsonMapper MAPPER = new JsonMapper();
    /** They stand in an ImageScan and in Events: a Secret of a megabyte with thousands of broken entries must not fill these. */
    private static final int MOST_PROBLEMS = 8;

    /** Its type and the key of its data. */
    private static final Map<String, String> TYPES =
            Map.of("kubernetes.io/dockerconfigjson", ".dockerconfigjson", "kubernetes.io/dockercfg", ".dockercfg");

    /** For whom, and what. */
    record Entry(ConfigKey key, Credential credential) {}

    /** @param secret as the API server gives it */
    static PullSecret parse(JsonNode secret) {
        String type = secret.path("type").asText();
        String field = TYPES.get(type);
        if (field == null) {
            return broken("has the type '" + type
                    + "'; a pull secret has kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg");
        }
        JsonNode config;
        try {
            config = MAPPER.readTree(
                    Base64.getDecoder().decode(secret.path("data").path(field).asText()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // The parser's own words quote what it could not read.
            return broken("is no JSON in " + field);
        } catch (IOException e) {
            return broken("cannot be read in " + field);
        }
        JsonNode auths = field.equals(".dockercfg") ? config : config.path("auths");
        if (!config.isObject() || !(auths.isObject() || auths.isMissingNode())) {
            return broken("is no docker config in " + field);
        }
        List<Entry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        auths.properties().forEach(entry -> read(entry.getKey(), entry.getValue(), entries, problems));
        if (auths.isEmpty() && (config.has("credsStore") || config.has("credHelpers"))) {
            problems.add("names a credential helper and has no entry of its own");
        }
        if (problems.size() > MOST_PROBLEMS) {
            int more = problems.size() - MOST_PROBLEMS + 1;
            problems.subList(MOST_PROBLEMS - 1, problems.size()).clear();
            problems.add("has " + more + " more entries that cannot be used");
        }
        return new PullSecret(List.copyOf(entries), List.copyOf(problems));
    }

    private static PullSecret broken(String why) {
        return new PullSecret(List.of(), List.of(why));
    }

    private static void read(String name, JsonNode value, List<Entry> entries, List<String> problems) {
        ConfigKey key = ConfigKey.parse(name);
        if (key == null) {
            problems.add("has an entry that names no registry");
            return;
        }
        String auth = value.path("auth").asText();
        if (!auth.isEmpty()) {
            // As the kubelet: auth, where it is there, is what counts.
            Credential decoded = decode(auth);
            if (decoded == null) {
                problems.add(
                        "has an entry for " + key.host() + key.port() + " whose auth is not base64 of USER:PASSWORD");
            } else {
                entries.add(new Entry(key, decoded));
            }
            return;
        }
        String username = value.path("username").asText();
        if (username.isEmpty()) {
            if (!value.isEmpty()) {
                problems.add("has an entry for " + key.host() + key.port() + " with neither auth nor username");
            }
            return;
        }
        entries.add(
                new Entry(key, new Credential(username, value.path("password").asText())));
    }

    private static @Nullable Credential decode(String auth) {
        try {
            byte[] bytes = Base64.getDecoder().decode(auth.replaceAll("\\s+", ""));
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            int colon = text.indexOf(':');
            return colon <= 0 ? null : new Credential(text.substring(0, colon), text.substring(colon + 1));
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return null;
        }
    }
}
