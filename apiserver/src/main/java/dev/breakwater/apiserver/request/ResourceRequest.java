package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.kind.ReportKind;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated and authorised request for objects of a served kind.
 *
 * @param namespace {@code null} for cluster-scoped kinds and for lists over all namespaces
 * @param name {@code null} for collections
 * @param subresource {@code null} or {@code status}
 */
public record ResourceRequest(
        Verb verb,
        ReportKind kind,
        @Nullable String namespace,
        @Nullable String name,
        @Nullable String subresource,
        User user,
        HttpServletRequest http,
        HttpServletResponse response) {}
