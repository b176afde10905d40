package dev.breakwater.apiserver.call;

import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.managedfields.Writer;
import dev.breakwater.apiserver.negotiate.Accept;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.schema.KindSchema;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.table.IncludeObject;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request with its parameters read and its kind's schema at hand. */
public record Call(ResourceRequest request, KindSchema schema, Query query) {
    private static final List<String> READERS_OF_TEXT = List.of("curl", "Wget", "Mozilla/5.0");

    public static Call of(ResourceRequest request, KindSchema schema) {
        return new Call(request, schema, Query.of(request.http().getQueryString()));
    }

    public ReportKind kind() {
        return request.kind();
    }

    /** Negotiates the answer; to be called before anything is done. */
    public View view(Subject subject) {
        String accept = String.join(",", Collections.list(request.http().getHeaders("Accept")));
        return new View(
                kind(), Accept.choose(accept, subject, pretty()), IncludeObject.of(query.text("includeObject")));
    }

    /** Name in the URL. */
    public String name() {
        String name = request.name();
        if (name == null) {
            throw Statuses.noSuchPath();
        }
        return name;
    }

    /** Key of the object in the URL. */
    public String key() {
        return key(name());
    }

    public String key(String name) {
        return request.namespace() == null ? name : request.namespace() + "/" + name;
    }

    public boolean onStatus() {
        return request.subresource() != null;
    }

    /** Name of the program that asks, with its version; {@code null} if it does not say. */
    public @Nullable String userAgent() {
        return request.http().getHeader("User-Agent");
    }

    /** Who makes this change, for the managed fields. */
    public Writer writer(String manager, Instant now) {
        return new Writer(
                manager, kind().apiVersion(), request.subresource() == null ? "" : request.subresource(), now);
    }

    /** Tells the client what it did not ask to hear (RFC 7234, 5.5; k8s-wire 3.3). */
    public void warn(@Nullable String text) {
        if (text != null) {
            String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
            request.response().addHeader("Warning", "299 - \"" + quoted + "\"");
        }
    }

    private boolean pretty() {
        if (query.has("pretty")) {
            return query.flag("pretty");
        }
        String agent = userAgent();
        return agent != null && READERS_OF_TEXT.stream().anyMatch(agent::startsWith);
    }
}
