package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.request.Target.SelectorTerm;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads verb, group, resource, namespace, name and subresource from method, path and query, exactly as kube-apiserver does: it has
 * authorised what it read, and what we read must be the same (k8s-wire 2.4).
 */
public final class RequestParser {
    private static final Set<String> COLLECTION_VERBS = Set.of("list", "watch", "deletecollection");
    private static final Set<String> SUBRESOURCES_OF_NAMESPACES = Set.of("status", "finalize");

    /** More than the longest path that leads anywhere has, so that a path of a megabyte is not half a million strings. */
    private static final int MOST_PARTS = 16;

    private RequestParser() {}

    /** All but the selectors, which are read when it is known who asks ({@link #withSelectors}). */
    public static Target parse(HttpServletRequest request) {
        String path = PercentCode.decode(request.getRequestURI());
        return parse(request.getMethod(), path, Query.of(request.getQueryString()));
    }

    /** The target with the selectors of the query, as far as they can be read, and the name that they may hold. */
    public static Target withSelectors(Target target, HttpServletRequest request) {
        return target instanceof Target.Resource resource
                ? withSelectors(resource, Query.of(request.getQueryString()))
                : target;
    }

    static Target.Resource withSelectors(Target.Resource target, Query query) {
        if (!COLLECTION_VERBS.contains(target.verb())) {
            return target;
        }
        List<SelectorTerm> fields = SelectorTerms.fields(query.first("fieldSelector"));
        List<SelectorTerm> labels = SelectorTerms.labels(query.first("labelSelector"));
        String name = target.name() == null ? nameIn(fields) : target.name();
        return target.withSelectors(name, fields, labels);
    }

    /** @param path decoded, without the query */
    static Target parse(String method, String path, Query query) {
        List<String> parts = split(path);
        boolean core = !parts.isEmpty() && parts.getFirst().equals("api");
        boolean grouped = !parts.isEmpty() && parts.getFirst().equals("apis");
        int head = core ? 2 : 3;
        if (!core && !grouped || parts.size() <= head) {
            return new Target.Path(method.toLowerCase(Locale.ROOT), path);
        }
        String group = core ? "" : parts.get(1);
        String version = parts.get(head - 1);
        return resource(method, group, version, parts.subList(head, parts.size()), query);
    }

    private static Target resource(String method, String group, String version, List<String> all, Query query) {
        List<String> parts = all;
        String verb = verb(method);
        // Native kinds serve watches under this prefix; custom resources do not, and neither do we (k8s-wire 3.1).
        boolean watchPath = parts.getFirst().equals("watch") && parts.size() > 1;
        if (watchPath) {
            verb = "watch";
            parts = parts.subList(1, parts.size());
        }
        String namespace = null;
        if (parts.getFirst().equals("namespaces") && parts.size() > 1) {
            namespace = parts.get(1);
            if (parts.size() > 2 && !SUBRESOURCES_OF_NAMESPACES.contains(parts.get(2))) {
                parts = parts.subList(2, parts.size());
            }
        }
        String pathName = parts.size() > 1 ? parts.get(1) : null;
        String subresource = parts.size() > 2 ? parts.get(2) : null;
        if (pathName == null) {
            verb = collectionVerb(verb, query);
        }
        return new Target.Resource(
                verb,
                group,
                version,
                namespace,
                parts.getFirst(),
                subresource,
                pathName,
                pathName,
                watchPath || parts.size() > 3,
                List.of(),
                List.of());
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    private static String collectionVerb(String verb, Query query) {
        return switch (verb) {
            case "get" -> query.flag("watch") ? "watch" : "list";
            case "delete" -> "deletecollection";
            default -> verb;
        };
    }

    /** RBAC rules with {@code resourceNames} depend on it (k8s-wire 2.4). */
    private static @Nullable String nameIn(List<SelectorTerm> fields) {
        for (SelectorTerm term : fields) {
            if (term.key().equals("metadata.name")
                    && term.operator().equals("In")
                    && !term.values().getFirst().isEmpty()) {
                return term.values().getFirst();
            }
        }
        return null;
    }

    private static List<String> split(String path) {
        String trimmed = path.substring(leading(path), Math.max(leading(path), path.length() - trailing(path)));
        return trimmed.isEmpty() ? List.of() : new ArrayList<>(Arrays.asList(trimmed.split("/", MOST_PARTS)));
    }

    private static int leading(String path) {
        int n = 0;
        while (n < path.length() && path.charAt(n) == '/') {
            n++;
        }
        return n;
    }

    private static int trailing(String path) {
        int n = 0;
        while (n < path.length() && path.charAt(path.length() - 1 - n) == '/') {
            n++;
        }
        return n;
    }
}
