package dev.breakwater.apiserver.list;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.List;

/**
 * Options of a list.
 *
 * @param limit most items of this page, 0 for all
 * @param token of the page before, empty for the first
 * @param revision presented by the client, 0 for none
 * @param exact whether the list must show {@code revision} itself
 */
public record ListOptions(int limit, String token, long revision, boolean exact) {
    /** @throws dev.breakwater.apiserver.status.StatusException 400 or 422 for what contradicts itself (k8s-wire 199 to 203, 208) */
    public static ListOptions of(Query query) {
        String token = query.text("continue");
        String version = query.text("resourceVersion");
        String match = query.text("resourceVersionMatch");
        List<FieldError> errors = new ArrayList<>();
        if (!match.isEmpty()) {
            checkMatch(match, version, token, errors);
        }
        if (query.has("sendInitialEvents")) {
            errors.add(FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if (!errors.isEmpty()) {
            throw Statuses.invalidOptions("ListOptions", errors);
        }
        long revision = Revisions.parse(version);
        if (!token.isEmpty() && revision != 0) {
            throw Statuses.badRequest("specifying resource version is not allowed when using continue");
        }
        int limit = (int) Math.clamp(query.number("limit"), 0, Integer.MAX_VALUE);
        boolean exact = revision > 0 && (match.equals("Exact") || match.isEmpty() && limit > 0);
        return new ListOptions(limit, token, revision, exact);
    }

    private static void checkMatch(String match, String version, String token, List<FieldError> errors) {
        String field = "resourceVersionMatch";
        if (version.isEmpty()) {
            errors.add(FieldError.forbidden(
                    field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
        }
        if (!token.isEmpty()) {
            errors.add(FieldError.forbidden(field, "resourceVersionMatch is forbidden when continue is provided"));
        }
        if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
            errors.add(FieldError.notSupported(field, quoted(match), List.of("Exact", "NotOlderThan", "")));
        }
        if (match.equals("Exact") && version.equals("0")) {
            errors.add(FieldError.forbidden(
                    field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
    }
}
