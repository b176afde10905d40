package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.request.PercentCode;
import dev.breakwater.apiserver.request.ResourceEndpoint;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.request.Verb;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds what answers a request, and refuses what leads nowhere with the right 404 or 405 (k8s-wire 3.1). */
public final class Dispatch {
    private static final Set<String> ITEM_VERBS = Set.of("get", "update", "patch", "delete");
    private static final Set<String> COLLECTION_VERBS = Set.of("list", "watch", "create", "deletecollection");
    private static final Set<String> STATUS_VERBS = Set.of("get", "update", "patch");
    private static final Set<String> ACROSS_NAMESPACES = Set.of("list", "watch");

    private final KindTable kinds;
    private final ResourceEndpoint endpoint;
    private final List<PathExchange> exchanges;

    /** @param exchanges asked in their order, before the served kinds */
    public Dispatch(KindTable kinds, ResourceEndpoint endpoint, List<PathExchange> exchanges) {
        this.kinds = kinds;
        this.endpoint = endpoint;
        this.exchanges = List.copyOf(exchanges);
    }

    void path(String path, User user, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!servedElsewhere(path, user, request, response)) {
            throw Statuses.noSuchPath();
        }
    }

    void resource(Target.Resource target, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        ReportKind kind = kinds.resource(target.group(), target.version(), target.resource())
                .orElse(null);
        if (kind == null) {
            path(PercentCode.decode(request.getRequestURI()), user, request, response);
            return;
        }
        check(kind, target, request.getMethod());
        endpoint.serve(new ResourceRequest(
                Verb.valueOf(target.verb().toUpperCase(Locale.ROOT)),
                kind,
                target.namespace(),
                target.pathName(),
                target.subresource(),
                user,
                request,
                response));
    }

    private boolean servedElsewhere(String path, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        for (PathExchange exchange : exchanges) {
            if (exchange.knows(path)) {
                exchange.serve(path, user, request, response);
                return true;
            }
        }
        return false;
    }

    private static void check(ReportKind kind, Target.Resource target, String method) {
        boolean item = target.pathName() != null;
        boolean scoped = target.namespace() != null;
        boolean wrongScope =
                kind.namespaced() ? !scoped && (item || !ACROSS_NAMESPACES.contains(target.verb())) : scoped;
        boolean wrongSubresource = target.subresource() != null
                && !(kind.statusSubresource() && target.subresource().equals("status"));
        boolean emptyName = "".equals(target.pathName());
        if (target.surplus() || wrongScope || wrongSubresource || emptyName) {
            throw Statuses.noSuchPath();
        }
        Set<String> allowed = target.subresource() != null ? STATUS_VERBS : item ? ITEM_VERBS : COLLECTION_VERBS;
        if (!allowed.contains(target.verb())) {
            String verb = target.verb().isEmpty() ? method.toLowerCase(Locale.ROOT) : target.verb();
            throw Statuses.methodNotAllowed(kind, verb);
        }
    }
}
