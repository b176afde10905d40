package dev.breakwater.apiserver.authorization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.cache.ExpiringCache;
import dev.breakwater.apiserver.cluster.ClusterUnavailableException;
import dev.breakwater.apiserver.cluster.Reviews;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.Target.SelectorTerm;
import dev.breakwater.apiserver.request.User;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cluster. Answers are kept for ten seconds under exactly what was asked, so that a right that is taken away ends within
 * them (k8s-wire 2.4).
 *
 * <p>A request that names an object would be a question of its own for each of ten thousand names. For kube-apiserver's users, whom it
 * has just authorised for exactly this, the question without the name comes first: whoever may do it to every object may do it to this
 * one. Everybody else is asked about with the name, and so is a user of whom the first answer was no.
 */
public final class SubjectAccessReviews implements Authorizer {
    private static final String PATH = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    /** What a client makes up is not kept when it is long, or it could fill the memory. */
    private static final int LONGEST_KEPT = 1_000;

    private static final long KEPT_BYTES = 4 << 20;

    private final Reviews reviews;
    private final ExpiringCache<Question, Decision> decisions;

    public SubjectAccessReviews(Reviews reviews, LongSupplier nanoTime) {
        this.reviews = reviews;
        this.decisions = new ExpiringCache<>(
                8192, KEPT_BYTES, (question, decision) -> question.bytes(), Duration.ofSeconds(10), nanoTime);
    }

    @Override
    public Decision decide(User user, boolean frontProxy, Target target) {
        try {
            if (frontProxy && target instanceof Target.Resource resource && resource.pathName() != null) {
                Decision ofAll = ask(user, resource.withoutName());
                if (ofAll instanceof Decision.Allowed) {
                    return ofAll;
                }
            }
            return ask(user, target);
        } catch (ClusterUnavailableException e) {
            return new Decision.Unknown("authorisation could not be asked for: " + e.getMessage());
        }
    }

    private Decision ask(User user, Target target) {
        if (length(target) >= LONGEST_KEPT) {
            return submit(user, target);
        }
        return decisions.get(Question.of(user, target), () -> submit(user, target));
    }

    /** What a review is made of, and so what an answer is kept under: as JSON it would be written anew for every request. */
    private record Question(User user, Target target) {
        static Question of(User user, Target target) {
            return new Question(user, target instanceof Target.Resource resource ? asked(resource) : target);
        }

        long bytes() {
            return user.bytes() + 2L * length(target) + 512;
        }

        /** Without what no review holds: kept, the name in the path would make a question of every name. */
        private static Target asked(Target.Resource resource) {
            return new Target.Resource(
                    resource.verb(),
                    resource.group(),
                    resource.version(),
                    resource.namespace(),
                    resource.resource(),
                    resource.subresource(),
                    resource.name(),
                    null,
                    false,
                    resource.fieldTerms(),
                    resource.labelTerms());
        }
    }

    private Decision submit(User user, Target target) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.put("kind", "SubjectAccessReview").put("apiVersion", "authorization.k8s.io/v1");
        review.set("spec", spec(user, target));
        JsonNode status = reviews.submit(PATH, review, user.name());
        return status.path("allowed").asBoolean()
                ? new Decision.Allowed()
                : new Decision.Denied(status.path("reason").asText());
    }

    private static ObjectNode spec(User user, Target target) {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        switch (target) {
            case Target.Path path ->
                spec.putObject("nonResourceAttributes").put("path", path.path()).put("verb", path.verb());
            case Target.Resource resource -> spec.set("resourceAttributes", attributes(resource));
        }
        spec.put("user", user.name());
        putIfPresent(spec, "uid", user.uid());
        user.groups().forEach(spec.putArray("groups")::add);
        if (!user.extra().isEmpty()) {
            ObjectNode extra = spec.putObject("extra");
            user.extra().forEach((key, values) -> values.forEach(extra.putArray(key)::add));
        }
        return spec;
    }

    private static ObjectNode attributes(Target.Resource resource) {
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        putIfPresent(attributes, "namespace", resource.namespace());
        putIfPresent(attributes, "verb", resource.verb());
        putIfPresent(attributes, "group", resource.group());
        putIfPresent(attributes, "version", resource.version());
        putIfPresent(attributes, "resource", resource.resource());
        putIfPresent(attributes, "subresource", resource.subresource());
        putIfPresent(attributes, "name", resource.name());
        putIfPresent(attributes, "fieldSelector", resource.fieldTerms());
        putIfPresent(attributes, "labelSelector", resource.labelTerms());
        return attributes;
    }

    private static void putIfPresent(ObjectNode node, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            node.put(name, value);
        }
    }

    private static void putIfPresent(ObjectNode node, String name, List<SelectorTerm> terms) {
        if (terms.isEmpty()) {
            return;
        }
        ArrayNode requirements = node.putObject(name).putArray("requirements");
        for (SelectorTerm term : terms) {
            ObjectNode requirement = requirements.addObject();
            requirement.put("key", term.key()).put("operator", term.operator());
            if (!term.values().isEmpty()) {
                term.values().forEach(requirement.putArray("values")::add);
            }
        }
    }

    private static int length(Target target) {
        return switch (target) {
            case Target.Path path -> path.path().length();
            case Target.Resource resource ->
                length(resource.namespace())
                        + length(resource.verb())
                        + length(resource.group())
                        + length(resource.version())
                        + length(resource.resource())
                        + length(resource.subresource())
                        + length(resource.name())
                        + length(resource.fieldTerms())
                        + length(resource.labelTerms());
        };
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    private static int length(List<SelectorTerm> terms) {
        int length = 0;
        for (SelectorTerm term : terms) {
            length += term.key().length() + term.operator().length();
            for (String value : term.values()) {
                length += value.length();
            }
        }
        return length;
    }
}
