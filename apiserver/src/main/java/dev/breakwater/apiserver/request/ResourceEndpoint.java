package dev.breakwater.apiserver.request;

import java.io.IOException;

/**
 * Serves objects: all verbs of all kinds. Everything before it (TLS, identity, authorisation, discovery) belongs to the edge.
 *
 * <p>Runs on a virtual thread per request and blocks. Throws {@link dev.breakwater.apiserver.status.StatusException} for what the
 * client is to read as a Status; after the first byte of a body was sent, an exception aborts the connection (k8s-wire 7.3).
 */
@FunctionalInterface
public interface ResourceEndpoint {
    void serve(ResourceRequest request) throws IOException;
}
