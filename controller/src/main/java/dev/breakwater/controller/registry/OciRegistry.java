package dev.breakwater.controller.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.registry.credentials.Credential;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One repository of a registry, read over the OCI distribution protocol (distribution-spec 1.1, "Pull"): where the registry asks for a password it gets the
 * one it was opened with, and where it asks for a token one is fetched, with the password or for nobody. Nothing is believed: sizes and SHA-256 of what comes are compared with what was asked for.
 *
 * <p>Used by one thread.
 */
public final class OciRegistry {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String INDEX =
            "application/vnd.oci.image.index.v1+json," + "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String MANIFESTS = "application/vnd.oci.image.manifest.v1+json,"
            + "application/vnd.docker.distribution.manifest.v2+json," + INDEX;

    private static final int LARGEST_MANIFEST = 256 << 10;
    private static final int LARGEST_ANSWER = 64 << 10;
    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final OkHttpClient http;
    private final ImageReference reference;
    private final boolean plain;
    private final Optional<Credential> login;
    /** What the registry asked for, once it has; shown with every request from then on. */
    private String authorization = "";

    /**
     * @param plain whether it is spoken to without TLS
     * @param client whom it trusts, and through which proxy it goes
     * @param login what is shown where the registry asks; empty for nothing
     */
    public OciRegistry(ImageReference reference, boolean plain, OkHttpClient client, Optional<Credential> login) {
        this.reference = reference;
        this.plain = plain;
        this.login = login;
        // Registries send to other hosts for content, so redirects are followed, but never out of TLS. What we show the
        // registry is not sent along: the client drops it with the host.
        this.http = client.newBuilder()
                .callTimeout(Duration.ofMinutes(2))
                .readTimeout(Duration.ofSeconds(30))
                .followSslRedirects(plain)
                .build();
    }

    /** A manifest and the digest it has. */
    public record Manifest(String digest, JsonNode content) {}

    /**
     * The manifest of the tag or digest; of an index with one entry, that entry's.
     *
     * @throws IOException in words, where it cannot be had or is not what its digest says
     */
    public Manifest manifest() throws IOException {
        String wanted = reference.digest().isEmpty() ? reference.tag() : reference.digest();
        Manifest manifest = manifest(wanted);
        if (!manifest.content().has("manifests")) {
            return manifest;
        }
        JsonNode entries = manifest.content().path("manifests");
        if (entries.size() != 1) {
            throw new IOException(reference.name() + "@" + manifest.digest() + " is an index of " + entries.size()
                    + " manifests; name the one that holds the checks by its digest");
        }
        return manifest(entries.get(0).path("digest").asText());
    }

    /**
     * The manifest or index of a tag or digest, as it is.
     *
     * @throws IOException in words, where it cannot be had or is not what its digest says
     */
    public Manifest manifest(String wanted) throws IOException {
        byte[] body = read("manifests/" + wanted, MANIFESTS, LARGEST_MANIFEST);
        String digest = digest(body);
        if (wanted.contains(":") && !wanted.equals(digest)) {
            throw new IOException(
                    "the manifest that " + reference.registry() + " gives for " + wanted + " has the digest " + digest);
        }
        try {
            return new Manifest(digest, MAPPER.readTree(body));
        } catch (IOException e) {
            throw new IOException("the manifest " + digest + " of " + reference.name() + " is no JSON", e);
        }
    }

    /**
     * @param limit bytes; a blob that says to be larger is not fetched
     * @throws IOException in words, also where size or digest are not those of the descriptor
     */
    public byte[] blob(JsonNode descriptor, long limit) throws IOException {
        String digest = descriptor.path("digest").asText();
        long size = descriptor.path("size").asLong(-1);
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IOException("a layer of " + reference.name() + " has the digest '" + digest
                    + "'; only sha256:HEX is understood");
        }
        if (size < 0 || size > limit) {
            throw new IOException(
                    "a layer of " + reference.name() + " has " + size + " bytes; " + limit + " are allowed");
        }
        byte[] body = read("blobs/" + digest, "*/*", Math.toIntExact(size));
        if (body.length != size || !digest(body).equals(digest)) {
            throw new IOException("the layer " + digest + " of " + reference.name()
                    + " came with another size or digest than its manifest says");
        }
        return body;
    }

    private byte[] read(String path, String accept, int limit) throws IOException {
        HttpUrl url = HttpUrl.get(
                (plain ? "http://" : "https://") + reference.registry() + "/v2/" + reference.repository() + "/" + path);
        try (Response response = ask(url, accept)) {
            if (response.code() != 401 || !authorization.isEmpty()) {
                return body(response, limit);
            }
            authorization = authorization(response.headers("WWW-Authenticate"));
        }
        try (Response response = ask(url, accept)) {
            return body(response, limit);
        }
    }

    private Response ask(HttpUrl url, String accept) throws IOException {
        Request.Builder request = new Request.Builder().url(url).header("Accept", accept);
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            return http.newCall(request.build()).execute();
        } catch (IOException e) {
            throw new IOException(reference.registry() + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private byte[] body(Response response, int limit) throws IOException {
        if (response.isRedirect()) {
            throw new IOException(reference.registry() + " redirects GET "
                    + response.request().url().encodedPath()
                    + "; redirects from HTTPS to HTTP are not followed, nor those of a request for a token");
        }
        if (!response.isSuccessful()) {
            throw new RegistryRefusal(
                    response.code(),
                    RegistryRefusal.retryAfter(response.header("Retry-After")),
                    reference.registry() + " answers " + response.code() + " to GET "
                            + response.request().url().encodedPath());
        }
        byte[] body = response.body().byteStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw new IOException(reference.registry() + " sends more than " + limit + " bytes for "
                    + response.request().url().encodedPath());
        }
        return body;
    }

    /** Of several ways that a registry offers, tokens: it is they that it gives for what everybody may read. */
    private String authorization(List<String> challenges) throws IOException {
        for (String challenge : challenges) {
            if (challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
                return "Bearer " + token(challenge);
            }
        }
        boolean basic = challenges.stream().anyMatch(challenge -> challenge.regionMatches(true, 0, "Basic", 0, 5));
        if (basic && login.isPresent()) {
            return "Basic " + login.get().basic();
        }
        throw new RegistryRefusal(
                401,
                Duration.ZERO,
                reference.registry() + " wants a password for " + reference.repository()
                        + (basic || login.isEmpty() ? "" : " in a way that is not understood"));
    }

    /** A token, as the registry's challenge asks (distribution's "Token Authentication Specification"). */
    private String token(String challenge) throws IOException {
        Map<String, String> parameters = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(challenge);
        while (matcher.find()) {
            parameters.put(matcher.group(1), matcher.group(2));
        }
        HttpUrl realm = HttpUrl.parse(parameters.getOrDefault("realm", ""));
        if (realm == null) {
            throw new IOException(reference.registry() + " wants a token for " + reference.repository()
                    + " and does not say where it is to be had");
        }
        if (!realm.isHttps() && !plain) {
            throw new IOException(reference.registry() + " sends for a token to " + realm.host() + " without TLS");
        }
        HttpUrl.Builder url =
                realm.newBuilder().addQueryParameter("scope", "repository:" + reference.repository() + ":pull");
        if (parameters.containsKey("service")) {
            url.addQueryParameter("service", parameters.get("service"));
        }
        // Whoever the challenge names is asked, and nobody whom that names in turn.
        OkHttpClient direct = http.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .build();
        Request.Builder request = new Request.Builder().url(url.build());
        login.ifPresent(credential -> request.header("Authorization", "Basic " + credential.basic()));
        try (Response response = direct.newCall(request.build()).execute()) {
            JsonNode answer = MAPPER.readTree(body(response, LARGEST_ANSWER));
            String given =
                    answer.path("token").asText(answer.path("access_token").asText());
            if (given.isEmpty()) {
                throw new IOException(realm.host() + " gives no token for " + reference.repository());
            }
            if (!given.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
                // The client would throw what no caller expects of a registry.
                throw new IOException(realm.host() + " gives a token for " + reference.repository()
                        + " that cannot stand in a header");
            }
            return given;
        }
    }

    public static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
