package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.ReportKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the kinds, by path and method. kubectl reads from it whether the server validates fields (the parameter
 * {@code fieldValidation} of PATCH) and which patches it takes (k8s-wire 1.8, 8.4).
 */
final class Operations {
    /**
     * One operation, before it is written down for a version of OpenAPI.
     *
     * @param action {@code list}, {@code watch}, {@code get}, {@code post}, {@code put}, {@code patch}, {@code delete} or
     *     {@code deletecollection}
     * @param bodySchema bare name; {@code null} for no body
     * @param bodyTypes content types of the body
     */
    record Operation(
            String action,
            String method,
            String description,
            String id,
            ReportKind kind,
            List<Parameter> parameters,
            @Nullable String bodySchema,
            List<String> bodyTypes,
            String answerSchema,
            boolean creates) {}

    record Parameter(String name, String type, String description) {}

    /** Parameters of the path itself, such as {@code namespace}. */
    record PathEntry(List<Parameter> pathParameters, List<Operation> operations) {}

    /** Exactly those that are taken; kubectl chooses by it. */
    static final List<String> PATCH_TYPES =
            List.of("application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json");

    private static final List<String> OBJECT_TYPES = List.of("application/json", "application/yaml");
    private static final Parameter DRY_RUN = new Parameter("dryRun", "string", "All, to change nothing.");
    private static final Parameter PRETTY = new Parameter("pretty", "string", "true, for an indented answer.");
    private static final Parameter FIELD_MANAGER =
            new Parameter("fieldManager", "string", "Who makes the change; at most 128 characters.");
    private static final Parameter FIELD_VALIDATION = new Parameter(
            "fieldValidation",
            "string",
            "What to do about unknown and duplicate fields: Ignore, Warn (the default) or Strict.");
    private static final List<Parameter> READ = List.of(PRETTY);
    private static final List<Parameter> WRITE = List.of(PRETTY, DRY_RUN, FIELD_MANAGER, FIELD_VALIDATION);
    private static final List<Parameter> PATCH = List.of(
            PRETTY,
            DRY_RUN,
            FIELD_MANAGER,
            FIELD_VALIDATION,
            new Parameter("force", "boolean", "Whether to apply fields that others own, too; for apply only."));
    private static final List<Parameter> LIST = List.of(
            PRETTY,
            new Parameter("allowWatchBookmarks", "boolean", "Whether a watch may say how far it is between events."),
            new Parameter("continue", "string", "Token of the next page, from the page before."),
            new Parameter("fieldSelector", "string", "Selects by metadata.name and metadata.namespace."),
            new Parameter("labelSelector", "string", "Selects by labels."),
            new Parameter("limit", "integer", "At most this many objects in one page."),
            new Parameter("resourceVersion", "string", "Which state to show, or after which to watch."),
            new Parameter("resourceVersionMatch", "string", "How resourceVersion is meant: Exact or NotOlderThan."),
            new Parameter("sendInitialEvents", "boolean", "Whether a watch begins with the objects that are there."),
            new Parameter("timeoutSeconds", "integer", "After how many seconds a watch ends."),
            new Parameter("watch", "boolean", "Whether to follow changes instead of listing."));
    private static final List<Parameter> DELETE = List.of(
            PRETTY,
            DRY_RUN,
            new Parameter("gracePeriodSeconds", "integer", "Accepted and ignored."),
            new Parameter("orphanDependents", "boolean", "Older form of propagationPolicy."),
            new Parameter("propagationPolicy", "string", "Foreground, Background or Orphan."));

    private Operations() {}

    static Map<String, PathEntry> of(List<ReportKind> kinds) {
        Map<String, PathEntry> paths = new LinkedHashMap<>();
        for (ReportKind kind : kinds) {
            String base = "/apis/" + kind.apiVersion() + "/";
            List<Parameter> scope = new ArrayList<>();
            String collection = base + kind.plural();
            if (kind.namespaced()) {
                paths.put(collection, new PathEntry(List.of(), List.of(list(kind, "ForAllNamespaces"))));
                scope.add(new Parameter("namespace", "string", "Namespace of the object."));
                collection = base + "namespaces/{namespace}/" + kind.plural();
            }
            paths.put(
                    collection,
                    new PathEntry(
                            List.copyOf(scope),
                            List.of(list(kind, ""), write(kind, "post", "Creates a", ""), deleteCollection(kind))));
            scope.add(new Parameter("name", "string", "Name of the object."));
            paths.put(
                    collection + "/{name}",
                    new PathEntry(
                            List.copyOf(scope),
                            List.of(
                                    read(kind, ""),
                                    write(kind, "put", "Replaces the", ""),
                                    patch(kind, ""),
                                    delete(kind))));
            if (kind.statusSubresource()) {
                paths.put(
                        collection + "/{name}/status",
                        new PathEntry(
                                List.copyOf(scope),
                                List.of(
                                        read(kind, "Status"),
                                        write(kind, "put", "Replaces the status of the", "Status"),
                                        patch(kind, "Status"))));
            }
        }
        return paths;
    }

    static ObjectNode header(Operation operation) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("description", operation.description());
        node.put("operationId", operation.id());
        ArrayNode tags = node.putArray("tags");
        tags.add(tag(operation.kind()));
        node.put("x-kubernetes-action", operation.action());
        node.set(
                "x-kubernetes-group-version-kind",
                Schemas.groupVersionKind(operation.kind(), operation.kind().kind()));
        return node;
    }

    private static Operation list(ReportKind kind, String suffix) {
        return new Operation(
                "list",
                "get",
                "Lists or watches " + kind.kind() + " objects.",
                id("list", kind, suffix),
                kind,
                LIST,
                null,
                List.of(),
                Schemas.name(kind) + "List",
                false);
    }

    private static Operation read(ReportKind kind, String suffix) {
        return new Operation(
                "get",
                "get",
                "Reads the " + kind.kind() + ".",
                id("read", kind, suffix),
                kind,
                READ,
                null,
                List.of(),
                Schemas.name(kind),
                false);
    }

    private static Operation write(ReportKind kind, String method, String does, String suffix) {
        String name = Schemas.name(kind);
        return new Operation(
                method,
                method,
                does + " " + kind.kind() + ".",
                id(method.equals("post") ? "create" : "replace", kind, suffix),
                kind,
                WRITE,
                name,
                OBJECT_TYPES,
                name,
                method.equals("post"));
    }

    private static Operation patch(ReportKind kind, String suffix) {
        return new Operation(
                "patch",
                "patch",
                "Changes parts of the " + kind.kind() + ".",
                id("patch", kind, suffix),
                kind,
                PATCH,
                Schemas.META + "Patch",
                PATCH_TYPES,
                Schemas.name(kind),
                false);
    }

    private static Operation delete(ReportKind kind) {
        return new Operation(
                "delete",
                "delete",
                "Deletes the " + kind.kind() + ".",
                id("delete", kind, ""),
                kind,
                DELETE,
                Schemas.META + "DeleteOptions",
                OBJECT_TYPES,
                Schemas.META + "Status",
                false);
    }

    private static Operation deleteCollection(ReportKind kind) {
        List<Parameter> parameters = new ArrayList<>(LIST);
        DELETE.stream().filter(parameter -> !parameters.contains(parameter)).forEach(parameters::add);
        return new Operation(
                "deletecollection",
                "delete",
                "Deletes all " + kind.kind() + " objects that are selected.",
                id("deleteCollection", kind, ""),
                kind,
                List.copyOf(parameters),
                Schemas.META + "DeleteOptions",
                OBJECT_TYPES,
                Schemas.META + "Status",
                false);
    }

    private static String id(String verb, ReportKind kind, String suffix) {
        String scope = kind.namespaced() && !suffix.equals("ForAllNamespaces") ? "Namespaced" : "";
        return verb + tag(kind) + scope + kind.kind() + suffix;
    }

    /** Such as {@code AquasecurityGithubIoV1alpha1}. */
    private static String tag(ReportKind kind) {
        StringBuilder tag = new StringBuilder();
        for (String word : (kind.group() + "." + kind.version()).split("\\.", -1)) {
            tag.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return tag.toString();
    }
}
