package dev.breakwater.apiserver.authorization;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.util.List;
import java.util.Set;

/**
 * Lets a request pass or refuses it: {@code system:masters} and health always pass, whatever the authorizer's condition; all else
 * is the authorizer's. The words of a refusal are kube-apiserver's (k8s-wire 2.4).
 */
public final class Authorization {
    private static final String MASTERS = "system:masters";
    private static final Set<String> ALWAYS_ALLOWED = Set.of("/healthz", "/livez", "/readyz");

    private final Authorizer authorizer;

    public Authorization(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** @throws StatusException 403, or 500 when nobody could be asked */
    public void require(User user, boolean frontProxy, Target target) {
        if (exempt(user) || target instanceof Target.Path path && ALWAYS_ALLOWED.contains(path.path())) {
            return;
        }
        switch (authorizer.decide(user, frontProxy, target)) {
            case Decision.Allowed allowed -> {}
            case Decision.Denied denied -> throw refusal(user, target, denied.reason());
            case Decision.Unknown unknown -> throw Statuses.internalError(unknown.because());
        }
    }

    /** Whether the user is above every rule and limit. */
    public static boolean exempt(User user) {
        return user.groups().contains(MASTERS);
    }

    private static StatusException refusal(User user, Target target, String reason) {
        String end = reason.isEmpty() ? "" : ": " + reason;
        return switch (target) {
            case Target.Path path ->
                Statuses.forbiddenPath(escaped("User " + quoted(user.name()) + " cannot " + path.verb() + " path "
                                + quoted(path.path()))
                        + end);
            case Target.Resource resource ->
                Statuses.forbidden(
                        resource.group(),
                        resource.resource(),
                        resource.name(),
                        escaped(cannot(user, resource)) + end,
                        List.of());
        };
    }

    private static String cannot(User user, Target.Resource target) {
        String resource =
                target.subresource() == null ? target.resource() : target.resource() + "/" + target.subresource();
        String where = target.namespace() == null || target.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace " + quoted(target.namespace());
        return "User " + quoted(user.name()) + " cannot " + target.verb() + " resource " + quoted(resource)
                + " in API group " + quoted(target.group()) + " " + where;
    }

    /** The text may be shown by a browser, and the user chose part of it. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
