package dev.breakwater.apiserver.options;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a delete (k8s-wire 3.8). A body wins over the query as a whole. The grace period is accepted and has no effect;
 * {@code ignoreStoreReadErrorWithClusterBreakingPotential} is ignored, as by servers that do not know it.
 *
 * @param uid precondition, or {@code null}
 * @param resourceVersion precondition, or {@code null}
 */
public record DeleteOptions(
        boolean dryRun,
        Propagation propagation,
        @Nullable String uid,
        @Nullable String resourceVersion) {
    /** What becomes of dependents; {@link #UNSAID} honours what an earlier delete asked for. */
    public enum Propagation {
        UNSAID,
        BACKGROUND,
        FOREGROUND,
        ORPHAN
    }

    /** All of them must be the same word. */
    private static final int MOST_DRY_RUNS = 16;

    private static final Set<String> GROUP_VERSIONS = Set.of("", "v1", "meta.k8s.io/v1", "meta.k8s.io/v1beta1");

    /**
     * @param body the DeleteOptions object, or {@code null} for an empty body
     * @param ownGroupVersion accepted as apiVersion beside those of metav1: the Trivy Operator sends it
     */
    public static DeleteOptions of(@Nullable JsonNode body, Query query, String ownGroupVersion) {
        return body == null ? fromQuery(query) : fromBody(body, ownGroupVersion);
    }

    private static DeleteOptions fromQuery(Query query) {
        List<FieldError> errors = new ArrayList<>();
        boolean dryRun = WriteOptions.dryRun(query.all("dryRun"), errors);
        query.number("gracePeriodSeconds");
        Boolean orphan = query.has("orphanDependents") ? query.flag("orphanDependents") : null;
        String policy = query.has("propagationPolicy") ? query.text("propagationPolicy") : null;
        return checked(dryRun, policy, orphan, null, null, errors);
    }

    private static DeleteOptions fromBody(JsonNode body, String ownGroupVersion) {
        if (!body.isObject()) {
            throw malformed("json: cannot unmarshal into Go value of type v1.DeleteOptions");
        }
        String apiVersion = text(body, "apiVersion", "");
        String kind = text(body, "kind", "DeleteOptions");
        if (!GROUP_VERSIONS.contains(String.valueOf(apiVersion)) && !ownGroupVersion.equals(apiVersion)
                || !"DeleteOptions".equals(kind)) {
            throw malformed("no kind " + quoted(kind) + " is registered for version " + quoted(apiVersion));
        }
        List<FieldError> errors = new ArrayList<>();
        List<String> dryRuns = new ArrayList<>();
        JsonNode dryRun = body.path("dryRun");
        if (!dryRun.isMissingNode() && !dryRun.isNull() && !dryRun.isArray()) {
            throw malformed("dryRun is a list of strings");
        }
        for (int i = 0; i < Math.min(dryRun.size(), MOST_DRY_RUNS); i++) {
            dryRuns.add(dryRun.get(i).asText());
        }
        boolean dry = WriteOptions.dryRun(dryRuns, errors);
        JsonNode grace = body.path("gracePeriodSeconds");
        if (!grace.isMissingNode() && !grace.isNull() && !grace.isIntegralNumber()) {
            throw malformed("gracePeriodSeconds is an integer");
        }
        JsonNode orphan = body.path("orphanDependents");
        if (!orphan.isMissingNode() && !orphan.isNull() && !orphan.isBoolean()) {
            throw malformed("orphanDependents is a boolean");
        }
        JsonNode preconditions = body.path("preconditions");
        if (!preconditions.isMissingNode() && !preconditions.isNull() && !preconditions.isObject()) {
            throw malformed("preconditions is an object");
        }
        return checked(
                dry,
                text(body, "propagationPolicy", null),
                orphan.isBoolean() ? orphan.booleanValue() : null,
                text(preconditions, "uid", null),
                text(preconditions, "resourceVersion", null),
                errors);
    }

    private static DeleteOptions checked(
            boolean dryRun,
            @Nullable String policy,
            @Nullable Boolean orphan,
            @Nullable String uid,
            @Nullable String resourceVersion,
            List<FieldError> errors) {
        Propagation propagation = Propagation.UNSAID;
        if (policy != null && orphan != null) {
            errors.add(FieldError.invalid(
                    "propagationPolicy",
                    quoted(policy),
                    "orphanDependents and deletionPropagation cannot be both set"));
        } else if (policy != null) {
            propagation = switch (policy) {
                case "Background" -> Propagation.BACKGROUND;
                case "Foreground" -> Propagation.FOREGROUND;
                case "Orphan" -> Propagation.ORPHAN;
                default -> {
                    errors.add(FieldError.notSupported(
                            "propagationPolicy", quoted(policy), List.of("Foreground", "Background", "Orphan", "nil")));
                    yield Propagation.UNSAID;
                }
            };
        } else if (orphan != null) {
            propagation = orphan ? Propagation.ORPHAN : Propagation.BACKGROUND;
        }
        if (!errors.isEmpty()) {
            throw Statuses.invalidOptions("DeleteOptions", errors);
        }
        return new DeleteOptions(dryRun, propagation, uid, resourceVersion);
    }

    private static @Nullable String text(JsonNode object, String field, @Nullable String otherwise) {
        JsonNode value = object.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw malformed(field + " is a string");
        }
        return value.textValue();
    }

    private static RuntimeException malformed(String because) {
        return Statuses.badRequest("the object provided is unrecognized (must be of type DeleteOptions): " + because);
    }
}
