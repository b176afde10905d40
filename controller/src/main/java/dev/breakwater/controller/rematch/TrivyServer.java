package dev.breakwater.controller.rematch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.reports.TrivyPackages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The Trivy server, asked as its own client asks it: Twirp, in JSON (trivy-server.md; Trivy 0.72). It answers 200 and "nothing found" to a question that lacks
 * something, so that an answer is believed only if it accounts for every package that was sent.
 *
 * <p>Threading: any thread.
 */
final class TrivyServer {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int LARGEST_ANSWER = 128 << 20;
    private static final String CACHE = "twirp/trivy.cache.v1.Cache/";
    private static final String SCANNER = "twirp/trivy.scanner.v1.Scanner/Scan";

    private final HttpUrl url;
    private final String tokenFile;
    private final List<String> packageTypes;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .callTimeout(Duration.ofMinutes(2))
            .readTimeout(Duration.ofMinutes(1))
            .build();

    /**
     * @param tokenFile empty for none
     * @param packageTypes os, library or both; empty for both
     */
    TrivyServer(String url, String tokenFile, List<String> packageTypes) {
        this.url = HttpUrl.get(url.endsWith("/") ? url : url + "/");
        this.tokenFile = tokenFile;
        this.packageTypes = packageTypes.isEmpty() ? List.of("os", "library") : List.copyOf(packageTypes);
    }

    /**
     * Which findings it gives.
     *
     * @param program its version
     * @param database when its database was made; changes with each
     */
    record Version(String program, String database) {}

    /** @throws IOException in words; also where it has no database */
    Version version() throws IOException {
        try (Response response = http.newCall(request("version").build()).execute()) {
            JsonNode version = MAPPER.readTree(body(response, "version"));
            String database = version.path("VulnerabilityDB").path("UpdatedAt").asText();
            if (database.isEmpty()) {
                throw new IOException("the Trivy server at " + url + " says nothing of a vulnerability database");
            }
            return new Version(version.path("Version").asText(), database);
        } catch (JsonProcessingException e) {
            throw new IOException("what answers at " + url + "version is no Trivy server", e);
        }
    }

    /**
     * Findings for a package list, by the server's present database.
     *
     * @return {@code ScanResponse}
     * @throws IOException in words; also where the answer does not account for every package
     */
    JsonNode match(TrivyPackages.Listing packages) throws IOException {
        String id = "sha256:" + sha256(packages.blob().toString());
        JsonNode missing = call(CACHE + "MissingBlobs", ids("blob_ids", id));
        if (missing.path("missing_artifact").asBoolean()
                || !missing.path("missing_blob_ids").isEmpty()) {
            put(id, packages);
        }
        ObjectNode question = ids("blob_ids", id).put("target", packages.artifact());
        ObjectNode options = question.putObject("options");
        packageTypes.forEach(options.putArray("pkg_types")::add);
        options.putArray("scanners").add("vuln");
        JsonNode answer = call(SCANNER, question);
        if (!count(answer.path("results"), "packages").equals(sent(packages))) {
            throw new ServerTrouble(
                    "the Trivy server does not account for every package: sent " + sent(packages) + ", got "
                            + count(answer.path("results"), "packages"),
                    true);
        }
        return answer;
    }

    private void put(String id, TrivyPackages.Listing packages) throws IOException {
        ObjectNode blob = MAPPER.createObjectNode().put("diff_id", id);
        blob.set("blob_info", packages.blob());
        call(CACHE + "PutBlob", blob);
        ObjectNode artifact = MAPPER.createObjectNode().put("artifact_id", id);
        artifact.putObject("artifact_info").put("schema_version", 1);
        call(CACHE + "PutArtifact", artifact);
    }

    private static ObjectNode ids(String field, String id) {
        ObjectNode ids = MAPPER.createObjectNode().put("artifact_id", id);
        ids.putArray(field).add(id);
        return ids;
    }

    /** How many packages of each type; those that were not asked for do not count. */
    private Map<String, Integer> sent(TrivyPackages.Listing packages) {
        Map<String, Integer> counts = new TreeMap<>();
        if (packageTypes.contains("os")) {
            String family = packages.blob().path("os").path("family").asText();
            packages.blob()
                    .path("package_infos")
                    .forEach(list -> counts.merge(family, list.path("packages").size(), Integer::sum));
        }
        if (packageTypes.contains("library")) {
            counts.putAll(count(packages.blob().path("applications"), "packages"));
        }
        return counts;
    }

    private static Map<String, Integer> count(JsonNode lists, String field) {
        Map<String, Integer> counts = new TreeMap<>();
        lists.forEach(list ->
                counts.merge(list.path("type").asText(), list.path(field).size(), Integer::sum));
        return counts;
    }

    private JsonNode call(String path, ObjectNode question) throws IOException {
        Request request = request(path)
                .post(RequestBody.create(question.toString().getBytes(StandardCharsets.UTF_8), JSON))
                .build();
        try (Response response = http.newCall(request).execute()) {
            return MAPPER.readTree(body(response, path));
        } catch (IOException e) {
            throw new ServerTrouble(String.valueOf(e.getMessage()), false);
        }
    }

    private Request.Builder request(String path) throws IOException {
        HttpUrl target = url.resolve(path);
        if (target == null) {
            throw new IOException(url + " is no address of a Trivy server");
        }
        Request.Builder request = new Request.Builder().url(target);
        if (!tokenFile.isEmpty()) {
            // Read each time: a Secret that is mounted is rotated in place.
            request.header("Trivy-Token", Files.readString(Path.of(tokenFile)).strip());
        }
        return request;
    }

    private byte[] body(Response response, String path) throws IOException {
        byte[] body = response.body().byteStream().readNBytes(LARGEST_ANSWER + 1);
        if (!response.isSuccessful()) {
            throw new IOException("the Trivy server at " + url + " answers " + response.code() + " to " + path);
        }
        if (body.length > LARGEST_ANSWER) {
            throw new IOException("the Trivy server at " + url + " sends more than " + LARGEST_ANSWER + " bytes");
        }
        return body;
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
