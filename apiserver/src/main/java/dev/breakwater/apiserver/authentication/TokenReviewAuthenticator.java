package dev.breakwater.apiserver.authentication;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.cache.ExpiringCache;
import dev.breakwater.apiserver.cluster.ClusterUnavailableException;
import dev.breakwater.apiserver.cluster.Reviews;
import dev.breakwater.apiserver.request.User;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Asks the cluster whose bearer token it is; keeps answers, good and bad, for ten seconds under the token's hash, so that no token
 * stays in memory (k8s-wire 2.2).
 */
public final class TokenReviewAuthenticator implements Authenticator {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";

    private static final long KEPT_BYTES = 2 << 20;

    private final Reviews reviews;
    private final ExpiringCache<String, Opinion> opinions;

    public TokenReviewAuthenticator(Reviews reviews, LongSupplier nanoTime) {
        this.reviews = reviews;
        this.opinions = new ExpiringCache<>(
                8192, KEPT_BYTES, (hash, opinion) -> bytes(opinion), Duration.ofSeconds(10), nanoTime);
    }

    @Override
    public Opinion judge(Credentials credentials) {
        String token = credentials.bearerToken();
        if (token == null) {
            return Opinion.NONE;
        }
        try {
            return opinions.get(hash(token), () -> ask(token, credentials.address()));
        } catch (ClusterUnavailableException e) {
            return new Opinion.Refused("the token could not be reviewed: " + e.getMessage());
        }
    }

    private Opinion ask(String token, String address) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "TokenReview").put("apiVersion", "authentication.k8s.io/v1");
        review.putObject("spec").put("token", token);
        JsonNode status = reviews.submit(PATH, review, address);
        if (!status.path("authenticated").asBoolean()) {
            return new Opinion.Refused(
                    "nobody has this token: " + status.path("error").asText());
        }
        JsonNode user = status.path("user");
        Map<String, List<String>> extra = new LinkedHashMap<>();
        user.path("extra").properties().forEach(entry -> extra.put(entry.getKey(), strings(entry.getValue())));
        return new Opinion.Known(
                new User(
                        user.path("username").asText(), user.path("uid").asText(), strings(user.path("groups")), extra),
                false);
    }

    private static long bytes(Opinion opinion) {
        return 512 + (opinion instanceof Opinion.Known known ? known.user().bytes() : 0);
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(entry -> strings.add(entry.asText()));
        return List.copyOf(strings);
    }

    private static String hash(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
