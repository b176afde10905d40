package dev.breakwater.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.breakwater.cli.Breakwater;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What our own audit says of what we ask others to install. What we accept stands in annotations of the objects, with the reason. */
class OwnManifestsTest {
    @Test
    void theManifestsHaveNoFindingButThoseTheyGiveAReasonFor() throws Exception {
        StringWriter out = new StringWriter();
        int exitCode = Breakwater.run(
                new String[] {
                    "audit",
                    "--format=jsonl",
                    "--fail-on=high",
                    "../manifests/base",
                    "../manifests/components",
                    "../manifests/overlays",
                    "../manifests/registry-namespace"
                },
                Map.of(),
                new PrintWriter(out, true),
                new PrintWriter(System.err, true));

        Set<String> judged = new TreeSet<>();
        Map<String, Set<String>> findings = new TreeMap<>();
        for (String line : out.toString().lines().toList()) {
            JsonNode object = new ObjectMapper().readTree(line);
            judged.add(object.path("kind").asText());
            for (JsonNode failed : object.path("failed")) {
                findings.computeIfAbsent(
                                object.path("kind").asText() + " "
                                        + object.path("name").asText(),
                                _ -> new TreeSet<>())
                        .add(failed.path("id").asText());
            }
            assertThat(object.path("errors")).as(line).isEmpty();
        }
        assertThat(judged).contains("Deployment", "Role", "ClusterRole", "NetworkPolicy");
        assertThat(findings).isEqualTo(Map.of());
        assertThat(exitCode).isZero();
    }
}
