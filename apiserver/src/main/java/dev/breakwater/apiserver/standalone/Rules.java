package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.authorization.Authorizer;
import dev.breakwater.apiserver.authorization.Decision;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.standalone.StandaloneUser.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Decides by the roles of {@code users.yaml}; what every authenticated user may, is what Kubernetes allows by default. */
final class Rules implements Authorizer {
    static final List<String> OPEN_PATHS = List.of("/api", "/api/*", "/apis", "/apis/*", "/openapi/*", "/version");
    static final Map<String, Set<String>> SELF_REVIEWS = Map.of(
            "authorization.k8s.io", Set.of("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
            "authentication.k8s.io", Set.of("selfsubjectreviews"));
    private static final Decision ALLOWED = new Decision.Allowed();
    private static final Decision DENIED = new Decision.Denied("");

    private final Map<String, List<Role>> rolesByUser;

    Rules(List<StandaloneUser> users) {
        rolesByUser = users.stream().collect(Collectors.toUnmodifiableMap(StandaloneUser::name, StandaloneUser::roles));
    }

    List<Role> rolesOf(User user) {
        return rolesByUser.getOrDefault(user.name(), List.of());
    }

    @Override
    public Decision decide(User user, boolean frontProxy, Target target) {
        if (!user.groups().contains("system:authenticated")) {
            return DENIED;
        }
        return switch (target) {
            case Target.Path path -> open(path) ? ALLOWED : DENIED;
            case Target.Resource resource -> mayReview(resource) || covered(user, resource) ? ALLOWED : DENIED;
        };
    }

    private boolean covered(User user, Target.Resource target) {
        String resource =
                target.subresource() == null ? target.resource() : target.resource() + "/" + target.subresource();
        return rolesOf(user).stream().anyMatch(role -> role.covers(target.verb(), resource, target.namespace()));
    }

    private static boolean mayReview(Target.Resource target) {
        return target.verb().equals("create")
                && SELF_REVIEWS.getOrDefault(target.group(), Set.of()).contains(target.resource());
    }

    private static boolean open(Target.Path target) {
        boolean reads = target.verb().equals("get") || target.verb().equals("head");
        return reads
                && OPEN_PATHS.stream()
                        .anyMatch(path -> path.endsWith("*")
                                ? target.path().startsWith(path.substring(0, path.length() - 1))
                                : target.path().equals(path));
    }
}
