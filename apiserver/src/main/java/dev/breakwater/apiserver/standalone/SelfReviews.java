package dev.breakwater.apiserver.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.authorization.Authorization;
import dev.breakwater.apiserver.authorization.Decision;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import dev.breakwater.apiserver.standalone.StandaloneUser.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what users ask about themselves: may I, what may I, who am I. */
final class SelfReviews {
    private final Rules rules;

    SelfReviews(Rules rules) {
        this.rules = rules;
    }

    /** @param review the object that was sent; completed and given back */
    ObjectNode answer(String resource, ObjectNode review, User user) {
        review.putObject("metadata");
        switch (resource) {
            case "selfsubjectaccessreviews" -> {
                header(review, "SelfSubjectAccessReview", "authorization.k8s.io/v1");
                mayI(review, user);
            }
            case "selfsubjectrulesreviews" -> {
                header(review, "SelfSubjectRulesReview", "authorization.k8s.io/v1");
                whatMayI(review, user);
            }
            default -> {
                header(review, "SelfSubjectReview", "authentication.k8s.io/v1");
                whoAmI(review, user);
            }
        }
        return review;
    }

    private static void header(ObjectNode review, String kind, String apiVersion) {
        review.put("kind", kind).put("apiVersion", apiVersion);
    }

    private void mayI(ObjectNode review, User user) {
        JsonNode spec = review.path("spec");
        Target target = spec.has("nonResourceAttributes")
                ? path(spec.get("nonResourceAttributes"))
                : resource(spec.path("resourceAttributes"));
        boolean allowed = Authorization.exempt(user) || rules.decide(user, false, target) instanceof Decision.Allowed;
        review.putObject("status").put("allowed", allowed);
    }

    private static Target path(JsonNode attributes) {
        return new Target.Path(
                attributes.path("verb").asText(), attributes.path("path").asText());
    }

    private static Target resource(JsonNode attributes) {
        String name = orNull(attributes, "name");
        return new Target.Resource(
                attributes.path("verb").asText(),
                attributes.path("group").asText(),
                attributes.path("version").asText(),
                orNull(attributes, "namespace"),
                attributes.path("resource").asText(),
                orNull(attributes, "subresource"),
                name,
                name,
                false,
                List.of(),
                List.of());
    }

    private void whatMayI(ObjectNode review, User user) {
        String namespace = review.path("spec").path("namespace").asText();
        ObjectNode status = review.putObject("status");
        ArrayNode resourceRules = status.putArray("resourceRules");
        ArrayNode pathRules = status.putArray("nonResourceRules");
        if (Authorization.exempt(user)) {
            addRule(resourceRules, List.of("*"), List.of("*"), List.of("*"));
            ObjectNode all = pathRules.addObject();
            all.putArray("verbs").add("*");
            all.putArray("nonResourceURLs").add("*");
        }
        for (Role role : rules.rolesOf(user)) {
            if (role.namespaces().isEmpty() || role.namespaces().contains(namespace)) {
                addRule(resourceRules, role.verbs(), List.of("*"), role.resources());
            }
        }
        Rules.SELF_REVIEWS.forEach((group, resources) ->
                addRule(resourceRules, List.of("create"), List.of(group), List.copyOf(resources)));
        ObjectNode open = pathRules.addObject();
        open.putArray("verbs").add("get");
        ArrayNode paths = open.putArray("nonResourceURLs");
        Rules.OPEN_PATHS.forEach(paths::add);
        status.put("incomplete", false);
    }

    private static void addRule(ArrayNode rules, List<String> verbs, List<String> groups, List<String> resources) {
        ObjectNode rule = rules.addObject();
        verbs.forEach(rule.putArray("verbs")::add);
        groups.forEach(rule.putArray("apiGroups")::add);
        resources.forEach(rule.putArray("resources")::add);
    }

    private static void whoAmI(ObjectNode review, User user) {
        ObjectNode info = review.putObject("status").putObject("userInfo");
        info.put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        user.groups().forEach(info.putArray("groups")::add);
        ObjectNode extra = info.putObject("extra");
        user.extra().forEach((key, values) -> values.forEach(extra.withArray(key)::add));
    }

    private static @Nullable String orNull(JsonNode node, String field) {
        String value = node.path(field).asText();
        return value.isEmpty() ? null : value;
    }
}
