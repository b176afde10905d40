package dev.breakwater.bench.wire;

import dev.breakwater.bench.workload.Body;
import org.jspecify.annotations.Nullable;

/**
 * A request.
 *
 * @param path with query, from the root of the server
 * @param accept media types wanted
 * @param contentType of the body; empty without one
 * @param keep how many bytes of the answer to keep as they are on the wire; the rest is counted and thrown away
 */
public record Call(
        String method,
        String path,
        String accept,
        String contentType,
        @Nullable Body body,
        int keep) {
    public static final String JSON = "application/json";
    public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    public static final String METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    public static final String MERGE_PATCH = "application/merge-patch+json";

    /** Enough for the head of an object or for a Status. */
    private static final int HEAD = 64 * 1024;

    public static Call get(String path) {
        return new Call("GET", path, JSON, "", null, HEAD);
    }

    public static Call post(String path, Body body) {
        return new Call("POST", path, JSON, JSON, body, HEAD);
    }

    public static Call put(String path, Body body) {
        return new Call("PUT", path, JSON, JSON, body, HEAD);
    }

    public static Call patch(String path, String contentType, Body body) {
        return new Call("PATCH", path, JSON, contentType, body, HEAD);
    }

    public static Call delete(String path) {
        return new Call("DELETE", path, JSON, "", null, HEAD);
    }

    public Call accepting(String mediaType) {
        return new Call(method, path, mediaType, contentType, body, keep);
    }

    /** Keeps the whole answer. */
    public Call keepingAll() {
        return new Call(method, path, accept, contentType, body, Integer.MAX_VALUE);
    }
}
