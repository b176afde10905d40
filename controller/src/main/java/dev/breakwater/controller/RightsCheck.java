package dev.breakwater.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Rights.Right;
import dev.breakwater.controller.loop.Loop;
import dev.breakwater.controller.loop.Loops;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every minute what we may do, by a SelfSubjectRulesReview: a running watch goes on for up to ten minutes after its right was taken, and what is
 * written once a day would show it a day later.
 *
 * <p>Threading: one loop.
 */
final class RightsCheck implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RightsCheck.class);
    private static final String REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration LONGEST_STEP = Duration.ofMinutes(30);
    /** Rules of a namespace contain those of the whole cluster; in this one nobody gives us more. */
    private static final String ELSEWHERE = "default";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final Set<Right> ofCluster;
    private final Set<Right> ofJobs;
    private final Set<Right> ofOwn;
    private final String jobNamespace;
    private final String ownNamespace;
    private final Loop loop;

    RightsCheck(KubeApi api, ControllerSettings settings, Loops loops) {
        this.api = api;
        this.ofCluster = NeededRights.ofCluster(settings);
        this.ofJobs = NeededRights.ofJobs();
        this.ofOwn = settings.lease().enabled() ? NeededRights.ofOwn() : Set.of();
        this.jobNamespace = settings.jobNamespace();
        this.ownNamespace = settings.namespace();
        this.loop = loops.loop("rights", LONGEST_STEP, this::step);
    }

    void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
    }

    private Duration step() throws IOException {
        check(ELSEWHERE, ofCluster, "");
        check(jobNamespace, ofJobs, jobNamespace);
        check(ownNamespace, ofOwn, ownNamespace);
        return EVERY;
    }

    private void check(String namespace, Set<Right> needed, String scope) throws IOException {
        ObjectNode review = MAPPER.createObjectNode();
        review.put("apiVersion", "authorization.k8s.io/v1");
        review.put("kind", "SelfSubjectRulesReview");
        review.putObject("spec").put("namespace", namespace);
        byte[] body = review.toString().getBytes(StandardCharsets.UTF_8);
        JsonNode status;
        try {
            status = api.create(REVIEWS, out -> out.write(body), MAPPER::readTree)
                    .path("status");
        } catch (ApiRefusal refusal) {
            log.debug("what we may do cannot be asked for: {}", refusal.getMessage());
            return;
        }
        // Another authorizer than RBAC need not be able to list what it allows.
        if (!status.path("resourceRules").isArray() || status.path("incomplete").asBoolean()) {
            return;
        }
        List<Right> absent = new ArrayList<>(needed);
        absent.removeIf(right -> isGiven(right, status.path("resourceRules")));
        List<Right> present = new ArrayList<>(needed);
        present.removeAll(absent);
        api.rights().checked(absent, present, scope);
    }

    private static boolean isGiven(Right right, JsonNode rules) {
        for (JsonNode rule : rules) {
            if (holds(rule.path("verbs"), Set.of(right.verb(), "*"))
                    && holds(rule.path("apiGroups"), Set.of(right.group(), "*"))
                    && holds(rule.path("resources"), resources(right.resource()))
                    && rule.path("resourceNames").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** How a rule may spell a resource; a subresource of all is written with a star before the slash. */
    private static Collection<String> resources(String resource) {
        int slash = resource.indexOf('/');
        return slash < 0 ? Set.of(resource, "*") : Set.of(resource, "*", "*" + resource.substring(slash));
    }

    private static boolean holds(JsonNode words, Collection<String> any) {
        for (JsonNode word : words) {
            if (any.contains(word.asText())) {
                return true;
            }
        }
        return false;
    }
}
