package dev.breakwater.apiserver.list;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.CanonicalJson;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.selector.Selection;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.ReportStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Where a list goes on (store.md 10): opaque to clients, authenticated by a MAC under a key that all replicas share, and good for
 * exactly the collection and selectors that it was given for.
 *
 * @param revision of the snapshot; {@link #LATEST} to go on with whatever is current
 * @param lastKey after which to go on
 * @param remaining items that follow the position, -1 if that is not known
 */
record ContinueToken(long revision, String lastKey, long remaining) {
    static final long LATEST = -1;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_LENGTH = 16;

    String encode(ReportStore store, ReportKind kind, Selection selection) {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("c", fingerprint(kind, selection))
                .put("i", store.incarnation())
                .put("k", lastKey)
                .put("n", remaining)
                .put("r", revision);
        byte[] json = CanonicalJson.bytes(payload);
        byte[] token = Arrays.copyOf(json, json.length + MAC_LENGTH);
        System.arraycopy(mac(store, json), 0, token, json.length, MAC_LENGTH);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /**
     * @throws StatusException 400 for what is no token of this collection, 410 for one of another database
     */
    static ContinueToken decode(String text, ReportStore store, ReportKind kind, Selection selection) {
        byte[] token;
        try {
            token = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid("it is not base64url");
        }
        if (token.length <= MAC_LENGTH) {
            throw invalid("it is too short");
        }
        byte[] json = Arrays.copyOf(token, token.length - MAC_LENGTH);
        byte[] given = Arrays.copyOfRange(token, json.length, token.length);
        if (!MessageDigest.isEqual(given, mac(store, json))) {
            throw invalid("it was not given by this server");
        }
        JsonNode payload = CanonicalJson.read(json);
        if (!payload.path("c").asText().equals(fingerprint(kind, selection))) {
            throw invalid("it was given for another collection or other selectors");
        }
        ContinueToken read = new ContinueToken(
                payload.path("r").asLong(),
                payload.path("k").asText(),
                payload.path("n").asLong());
        if (!payload.path("i").asText().equals(store.incarnation())) {
            throw read.expired(store, kind, selection);
        }
        return read;
    }

    /** 410 that carries a fresh token: with it the rest is served as it is now, not as it was. */
    StatusException expired(ReportStore store, ReportKind kind, Selection selection) {
        String fresh = new ContinueToken(LATEST, lastKey, -1).encode(store, kind, selection);
        return new StatusException(
                410,
                "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start a new list without"
                        + " the continue parameter, or use the continue token in this response to retrieve the remainder of the"
                        + " results. Continuing with the provided token results in an inconsistent list - objects that were"
                        + " created, modified, or deleted between the time the first chunk was returned and now may show up in"
                        + " the list.",
                null,
                fresh);
    }

    private static StatusException invalid(String because) {
        return Statuses.badRequest("invalid continue token: continue key is not valid: " + because);
    }

    private static String fingerprint(ReportKind kind, Selection selection) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((kind.id().number() + "\n" + selection.fingerprint()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] mac(ReportStore store, byte[] payload) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(store.tokenKey(), ALGORITHM));
            return Arrays.copyOf(mac.doFinal(payload), MAC_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
