package dev.breakwater.apiserver.status;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.status.StatusException.Cause;
import dev.breakwater.apiserver.status.StatusException.Details;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One factory per reason of k8s-wire 3.10. Codes, reasons and details are what clients switch on; the messages are those of
 * kube-apiserver, because people search for them.
 */
public final class Statuses {
    private static final Details NO_DETAILS = new Details(null, null, null, null, List.of(), 0);

    private Statuses() {}

    public static StatusException badRequest(String message) {
        return new StatusException(400, "BadRequest", message, null);
    }

    public static StatusException unauthorized() {
        return new StatusException(401, "Unauthorized", "Unauthorized", null);
    }

    /**
     * @param because the end of the sentence, such as {@code User "u" cannot get resource ...}
     */
    public static StatusException forbidden(
            String group, String plural, @Nullable String name, String because, List<Cause> causes) {
        String subject = group.isEmpty() ? plural : plural + "." + group;
        String message = name == null || name.isEmpty()
                ? subject + " is forbidden: " + because
                : subject + " " + quoted(name) + " is forbidden: " + because;
        return new StatusException(403, "Forbidden", message, new Details(name, group, plural, null, causes, 0));
    }

    /** @param because such as {@code User "u" cannot get path "/metrics"} */
    public static StatusException forbiddenPath(String because) {
        return new StatusException(403, "Forbidden", "forbidden: " + because, NO_DETAILS);
    }

    /** What NamespaceLifecycle answers to a create in a namespace that goes away (k8s-wire 7.6). */
    public static StatusException namespaceTerminating(ReportKind kind, @Nullable String name, String namespace) {
        return forbidden(
                kind.group(),
                kind.plural(),
                name,
                "unable to create new content in namespace " + namespace + " because it is being terminated",
                List.of(new Cause(
                        "NamespaceTerminating",
                        "namespace " + namespace + " is being terminated",
                        "metadata.namespace")));
    }

    public static StatusException notFound(ReportKind kind, String name) {
        return new StatusException(
                404,
                "NotFound",
                kind.qualifiedResource() + " " + quoted(name) + " not found",
                new Details(name, kind.group(), kind.plural(), null, List.of(), 0));
    }

    public static StatusException namespaceNotFound(String namespace) {
        return new StatusException(
                404,
                "NotFound",
                "namespaces " + quoted(namespace) + " not found",
                new Details(namespace, null, "namespaces", null, List.of(), 0));
    }

    /** For a path that leads nowhere. */
    public static StatusException noSuchPath() {
        return new StatusException(404, "NotFound", "the server could not find the requested resource", NO_DETAILS);
    }

    public static StatusException methodNotAllowed(ReportKind kind, String verb) {
        return new StatusException(
                405,
                "MethodNotAllowed",
                verb + " is not supported on resources of kind " + quoted(kind.qualifiedResource()),
                new Details(null, kind.group(), kind.plural(), null, List.of(), 0));
    }

    /** For a path that is no resource. */
    public static StatusException methodNotAllowed() {
        return new StatusException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource", NO_DETAILS);
    }

    public static StatusException notAcceptable(Collection<String> mediaTypes) {
        return notAcceptable("only the following media types are accepted: " + String.join(", ", mediaTypes));
    }

    public static StatusException notAcceptable(String message) {
        return new StatusException(406, "NotAcceptable", message, null);
    }

    public static StatusException alreadyExists(ReportKind kind, String name, boolean terminating) {
        String text = kind.qualifiedResource() + " " + quoted(name) + " already exists";
        return new StatusException(
                409,
                "AlreadyExists",
                terminating ? "object is being deleted: " + text : text,
                new Details(name, kind.group(), kind.plural(), null, List.of(), 0));
    }

    /** After every try of a generated name was taken; asks the client to come back. */
    public static StatusException noUniqueName(ReportKind kind, String generateName) {
        return new StatusException(
                409,
                "AlreadyExists",
                kind.qualifiedResource() + " " + quoted(generateName)
                        + " already exists, the server was not able to generate a unique name for the object",
                new Details(generateName, kind.group(), kind.plural(), null, List.of(), 1));
    }

    public static StatusException conflict(ReportKind kind, String name, String because) {
        return conflict(kind, name, because, List.of());
    }

    /** @param because such as {@code the object has been modified; please apply your changes ...} */
    public static StatusException conflict(ReportKind kind, String name, String because, List<Cause> causes) {
        return new StatusException(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + kind.qualifiedResource() + " " + quoted(name) + ": " + because,
                new Details(name, kind.group(), kind.plural(), null, causes, 0));
    }

    public static StatusException modified(ReportKind kind, String name) {
        return conflict(
                kind,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** Somebody else owns fields that were applied; names no object, as in kube-apiserver. */
    public static StatusException applyConflict(String message, List<Cause> causes) {
        return new StatusException(409, "Conflict", message, new Details(null, null, null, null, causes, 0));
    }

    /** History no longer reaches back far enough, or a continue token is too old. */
    public static StatusException expired(String message) {
        return new StatusException(410, "Expired", message, null);
    }

    public static StatusException requestEntityTooLarge(long limitBytes) {
        return requestEntityTooLarge("limit is " + limitBytes);
    }

    public static StatusException requestEntityTooLarge(String because) {
        return new StatusException(413, "RequestEntityTooLarge", "Request entity too large: " + because, null);
    }

    public static StatusException unsupportedMediaType(Collection<String> accepted) {
        return new StatusException(
                415,
                "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted),
                null);
    }

    public static StatusException invalid(ReportKind kind, @Nullable String name, List<FieldError> errors) {
        return invalid(kind.group(), kind.kind(), name, errors);
    }

    /** @param optionsKind such as {@code ListOptions} */
    public static StatusException invalidOptions(String optionsKind, List<FieldError> errors) {
        return invalid("meta.k8s.io", optionsKind, null, errors);
    }

    /** A 422 that names no field, such as a JSON patch whose test failed. */
    public static StatusException unprocessable(String message) {
        return new StatusException(422, "Invalid", message, null);
    }

    public static StatusException tooManyRequests(String message, int retryAfterSeconds) {
        return new StatusException(429, "TooManyRequests", message, retryAfter(retryAfterSeconds));
    }

    /** A fault of ours; carries no Retry-After, for a client would repeat a create on its own (k8s-wire 3.10). */
    public static StatusException internalError(String message) {
        return new StatusException(
                500,
                "InternalError",
                "Internal error occurred: " + message,
                new Details(null, null, null, null, List.of(new Cause("", message, null)), 0));
    }

    /** What kube-apiserver answers of an object in etcd that it cannot decode; carries no Retry-After. */
    public static StatusException storageReadError(String message) {
        return new StatusException(500, "StorageReadError", message, NO_DETAILS);
    }

    public static StatusException serviceUnavailable(String message, int retryAfterSeconds) {
        return new StatusException(503, "ServiceUnavailable", message, retryAfter(retryAfterSeconds));
    }

    public static StatusException timeout(String message) {
        return new StatusException(504, "Timeout", "Timeout: " + message, NO_DETAILS);
    }

    public static StatusException tooLargeResourceVersion(long presented, long current) {
        return new StatusException(
                504,
                "Timeout",
                "Timeout: Too large resource version: " + presented + ", current: " + current,
                new Details(
                        null,
                        null,
                        null,
                        null,
                        List.of(new Cause("ResourceVersionTooLarge", "Too large resource version", null)),
                        1));
    }

    private static StatusException invalid(String group, String kind, @Nullable String name, List<FieldError> errors) {
        List<String> texts = errors.stream().map(FieldError::text).distinct().toList();
        String told = String.join(", ", texts);
        String message = kind + "." + group + " " + quoted(name == null ? "" : name) + " is invalid: "
                + (texts.size() > 1 ? "[" + told + "]" : told);
        List<Cause> causes = errors.stream()
                .map(error -> new Cause(error.reason(), error.message(), error.field()))
                .toList();
        return new StatusException(422, "Invalid", message, new Details(name, group, kind, null, causes, 0));
    }

    private static Details retryAfter(int seconds) {
        return new Details(null, null, null, null, List.of(), seconds);
    }
}
