package dev.breakwater.controller.checks.expression;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule of a role grants, as the RBAC authorizer of kube-apiserver reads it: a verb, an API group and a resource must all be covered,
 * each spelled out or by a star; {@code * /exec} (without the blank) covers that subresource of every resource; and a rule with resource names cannot
 * grant what is asked without a name.
 */
final class RoleRule {
    /** Requests that never carry the name of an object, so that a rule with names does not cover them. */
    private static final List<String> NAMELESS = List.of("create", "deletecollection");

    private final List<?> verbs;
    private final List<?> groups;
    private final List<?> resources;
    private final boolean named;

    private RoleRule(Map<?, ?> rule) {
        this.verbs = list(rule, "verbs");
        this.groups = list(rule, "apiGroups");
        this.resources = list(rule, "resources");
        this.named = !list(rule, "resourceNames").isEmpty();
    }

    /**
     * Whether the rule grants one of the verbs on one of the resources.
     *
     * @param wanted {@code verbs}; {@code resources}, with their subresource where one is meant; {@code groups}, the API groups they live in;
     *     {@code homes}, optional, resource to the groups of its own; {@code ignore}, optional: which of {@code wildcards}, {@code groups} and
     *     {@code names} are not to be heeded, for the verdicts of engines that do not know them
     */
    static boolean grants(@Nullable Object rule, @Nullable Object wanted) {
        if (!(rule instanceof Map<?, ?> given) || !(wanted instanceof Map<?, ?> want)) {
            return false;
        }
        RoleRule own = new RoleRule(given);
        Map<?, ?> ignore = want.get("ignore") instanceof Map<?, ?> map ? map : Map.of();
        boolean stars = !Boolean.TRUE.equals(ignore.get("wildcards"));
        boolean homes = !Boolean.TRUE.equals(ignore.get("groups"));
        boolean names = !Boolean.TRUE.equals(ignore.get("names"));
        for (Object resource : list(want, "resources")) {
            if (own.reaches(resource.toString(), home(want, resource), stars, homes)
                    && own.may(list(want, "verbs"), resource.toString(), stars, names && own.named)) {
                return true;
            }
        }
        return false;
    }

    private boolean reaches(String resource, List<?> home, boolean stars, boolean homes) {
        boolean atHome = groups.contains("*") || groups.stream().anyMatch(home::contains);
        if (resources.contains(resource)) {
            return atHome || !homes;
        }
        int slash = resource.indexOf('/');
        return stars
                && atHome
                && (resources.contains("*") || slash > 0 && resources.contains("*" + resource.substring(slash)));
    }

    private boolean may(List<?> wanted, String resource, boolean stars, boolean named) {
        if (stars && verbs.contains("*")) {
            return true;
        }
        return wanted.stream()
                .anyMatch(verb -> verbs.contains(verb)
                        && !(named && resource.indexOf('/') < 0 && NAMELESS.contains(verb.toString())));
    }

    private static List<?> home(Map<?, ?> want, Object resource) {
        List<?> own = want.get("homes") instanceof Map<?, ?> homes ? list(homes, resource.toString()) : List.of();
        return own.isEmpty() ? list(want, "groups") : own;
    }

    private static List<?> list(Map<?, ?> tree, String key) {
        return tree.get(key) instanceof List<?> list ? list : List.of();
    }
}
