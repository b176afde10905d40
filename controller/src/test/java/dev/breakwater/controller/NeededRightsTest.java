package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Rights.Right;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.loop.Loops;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class NeededRightsTest {
    private static final JsonMapper MAPPER = new JsonMapper();

    @Test
    void theManifestsGiveWhatIsAskedForAtTheStart() throws Exception {
        Set<Right> given = given("ClusterRole");
        Set<Right> needed = NeededRights.ofCluster(ControllerSettings.defaults());
        assertThat(given).containsAll(needed);
        given.addAll(given("Role"));
        assertThat(given).containsAll(NeededRights.ofJobs()).containsAll(NeededRights.ofOwn());
    }

    @Test
    void aRightThatIsTakenIsNoticedWithoutBeingUsedAndSoIsItsReturn() throws Exception {
        ArrayNode rules = MAPPER.createArrayNode();
        for (Right right : NeededRights.ofCluster(ControllerSettings.defaults())) {
            rules.add(rule(right));
        }
        NeededRights.ofJobs().forEach(right -> rules.add(rule(right)));
        NeededRights.ofOwn().forEach(right -> rules.add(rule(right)));
        Right taken = new Right("list", "", "pods");
        ArrayNode without = rules.deepCopy();
        without.removeIf(rule -> rule.equals(rule(taken)));
        try (InMemoryKubernetes cluster = new InMemoryKubernetes();
                Loops loops = Pauses.loops()) {
            KubeApi api = new KubeApi(cluster.client(), Pauses.shortened());
            cluster.allow(review(rules, false));
            try (RightsCheck check = new RightsCheck(api, ControllerSettings.defaults(), loops)) {
                check.start();
                await().atMost(20, SECONDS).until(() -> cluster.calls().size() > 3);
                assertThat(api.rights().missing()).isEmpty();
                // An authorizer that cannot list what it allows proves nothing.
                cluster.allow(review(without, true));
                int calls = cluster.calls().size();
                await().atMost(20, SECONDS).until(() -> cluster.calls().size() > calls + 3);
                assertThat(api.rights().missing()).isEmpty();
                cluster.allow(review(without, false));
                await().atMost(20, SECONDS).until(() -> api.rights().missing().equals(Set.of(taken)));
                cluster.allow(review(rules, false));
                await().atMost(20, SECONDS).until(() -> api.rights().missing().isEmpty());
            }
        }
    }

    private static ObjectNode rule(Right right) {
        ObjectNode rule = MAPPER.createObjectNode();
        rule.putArray("verbs").add(right.verb());
        rule.putArray("apiGroups").add(right.group());
        rule.putArray("resources").add(right.resource());
        return rule;
    }

    private static String review(ArrayNode rules, boolean incomplete) {
        ObjectNode review = MAPPER.createObjectNode();
        ObjectNode status = review.putObject("status");
        status.set("resourceRules", rules);
        status.put("incomplete", incomplete);
        return review.toString();
    }

    private static Set<Right> given(String kind) throws Exception {
        Set<Right> rights = new LinkedHashSet<>();
        for (Object document :
                new Yaml().loadAll(Files.readString(Path.of("../manifests/base/rbac-controller.yaml")))) {
            if (document instanceof Map<?, ?> object && kind.equals(object.get("kind"))) {
                for (Object rule : list(object, "rules")) {
                    Map<?, ?> words = (Map<?, ?>) rule;
                    for (Object group : list(words, "apiGroups")) {
                        for (Object resource : list(words, "resources")) {
                            for (Object verb : list(words, "verbs")) {
                                rights.add(new Right(verb.toString(), group.toString(), resource.toString()));
                            }
                        }
                    }
                }
            }
        }
        return rights;
    }

    private static List<?> list(Map<?, ?> object, String key) {
        return object.get(key) instanceof List<?> list ? list : List.of();
    }
}
