package dev.breakwater.controller.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeFactsTest {
    @Test
    void theOriginalsCollectorIsUnderstood() {
        NodeFacts facts = NodeFacts.parse("""
                {
                  "apiVersion": "v1",
                  "kind": "NodeInfo",
                  "metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"},
                  "type": "master",
                  "info": {
                    "kubeletConfFilePermissions": {"values": [600]},
                    "adminConfFileOwnership": {"values": ["root:root"]},
                    "kubernetesPKICertificateFilePermissions": {"values": []}
                  }
                }
                """).orElseThrow();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts())
                .isEqualTo(Map.of(
                        "kubeletConfFilePermissions", List.of(600L),
                        "adminConfFileOwnership", List.of("root:root"),
                        "kubernetesPKICertificateFilePermissions", List.of()));
    }

    /** An empty list would say that there is nothing to find fault with. */
    @Test
    void aFactOfAnotherShapeIsNotKnownAndHidesNoOther() {
        NodeFacts facts = NodeFacts.parse("""
                {"metadata": null, "info": {"a": null, "b": {"values": {"x": 600}}, "c": {"values": 600}, "d": [600], "e": {},
                 "f": {"values": [600]}, "g": {"values": null}}, "unread": null, "type": null, "kind": "NodeInfo"}
                """).orElseThrow();
        assertThat(facts.facts()).isEqualTo(Map.of("f", List.of(600L), "g", List.of()));
    }

    @Test
    void aLogWithoutFactsIsNone() {
        assertThat(NodeFacts.parse("")).isEmpty();
        assertThat(NodeFacts.parse("sh: node-collector: not found\n{\"kind\": \"Other\"}\n{ broken"))
                .isEmpty();
    }

    @Test
    void whatANodeSaysIsBounded() {
        StringBuilder info = new StringBuilder(
                "{\"kind\":\"NodeInfo\",\"type\":\"king\",\"info\":{\"a-b\":{\"values\":[1]},\"nested\":{\"values\":[{\"x\":1},[2],null,1.5]},\"long\":{\"values\":[\"");
        info.append("x".repeat(5_000)).append("\"]},\"many\":{\"values\":[0");
        info.append(",1".repeat(5_000)).append("]}");
        for (int i = 0; i < 500; i++) {
            info.append(",\"f").append(i).append("\":{\"values\":[1]}");
        }
        NodeFacts facts = NodeFacts.parse(info + "}}").orElseThrow();

        assertThat(facts.type()).isEqualTo("worker");
        assertThat(facts.facts()).hasSize(NodeFacts.MOST_FACTS).doesNotContainKey("a-b");
        assertThat(facts.facts().get("nested")).containsExactly("1.5");
        assertThat(facts.facts().get("long")).containsExactly("x".repeat(NodeFacts.LONGEST_VALUE));
        assertThat(facts.facts().get("many")).hasSize(NodeFacts.MOST_VALUES);
    }
}
