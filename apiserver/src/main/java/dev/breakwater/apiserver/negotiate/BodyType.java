package dev.breakwater.apiserver.negotiate;

import dev.breakwater.apiserver.status.StatusException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a request body is, by its Content-Type; parameters are ignored. */
public enum BodyType {
    JSON,
    YAML;

    /** How a PATCH body is to be applied. */
    public enum PatchType {
        /** RFC 6902. */
        JSON,
        /** RFC 7386. */
        MERGE,
        /** All that a field manager wants, as YAML or JSON. */
        APPLY
    }

    /**
     * For everything but PATCH. No Content-Type means JSON.
     *
     * @throws StatusException 415 for anything else
     */
    public static BodyType of(@Nullable String contentType) {
        return switch (mediaType(contentType)) {
            case "", "application/json" -> JSON;
            case "application/yaml" -> YAML;
            default -> throw unsupported("application/json, application/yaml");
        };
    }

    /**
     * Strategic merge is refused as 415 with this reason: the garbage collector and kubectl fall back to a merge patch on it, and on
     * nothing else (k8s-wire 3.7). Apply in CBOR is, too: clients then send YAML.
     */
    public static PatchType patch(@Nullable String contentType) {
        return switch (mediaType(contentType)) {
            case "application/json-patch+json" -> PatchType.JSON;
            case "application/merge-patch+json" -> PatchType.MERGE;
            case "application/apply-patch+yaml" -> PatchType.APPLY;
            default ->
                throw unsupported(
                        "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        };
    }

    private static String mediaType(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    private static StatusException unsupported(String accepted) {
        return new StatusException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: " + accepted,
                null);
    }
}
