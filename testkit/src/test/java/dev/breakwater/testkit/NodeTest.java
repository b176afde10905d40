package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("node")
class NodeTest {
    /** A Debian of the day it came out, with OpenSSL and an access key that opens nothing. */
    private static final String OLD_DEBIAN = """
            [{"name": "testkit/old:1", "asOf": "2023-06-10", "sources": ["openssl"],
              "files": {"srv/settings.env": "KEY={{aws-access-key}}"}}]
            """;

    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.withNode();

    @Test
    void aPodFromTheLocalRegistryRunsAndItsLogCanBeRead() {
        Cluster cluster = controlPlane.cluster();
        NodeTools tools = cluster.nodeTools().orElseThrow();
        Kubectl team = cluster.kubectl().in(cluster.kubectl().createNamespace("pods"));

        team.succeed("run", "once", "--image=" + tools.shellImage(), "--restart=Never", "--", "echo", "hello");
        team.succeed("wait", "--for=jsonpath={.status.phase}=Succeeded", "--timeout=60s", "pod/once");

        assertThat(team.succeed("logs", "once")).isEqualTo("hello\n");
    }

    @Test
    void aTrivyJobFindsWhatTheSampleDatabaseKnowsOfAnImage() throws Exception {
        Cluster cluster = controlPlane.cluster();
        NodeTools tools = cluster.nodeTools().orElseThrow();
        String digest = tools.pushImages(OLD_DEBIAN).get("testkit/old:1");
        Kubectl team = cluster.kubectl().in(cluster.kubectl().createNamespace("scan"));

        team.apply(scanJob(tools, tools.registry() + "/testkit/old@" + digest));
        team.succeed("wait", "--for=condition=Complete", "--timeout=120s", "job/scan");

        JsonNode report = new ObjectMapper().readTree(team.succeed("logs", "job/scan"));
        assertThat(report.findValuesAsText("VulnerabilityID")).contains("CVE-2023-3817"); // fixed in OpenSSL 3.0.10
        assertThat(report.findValuesAsText("RuleID")).containsExactly("aws-access-key-id");
    }

    private static String scanJob(NodeTools tools, String image) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: scan}
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                      securityContext: {runAsUser: 10000, runAsNonRoot: true}
                      containers:
                      - name: trivy
                        image: %s
                        args: [image, --quiet, --format, json, --insecure, --image-src, remote,
                               --server, "%s", "%s"]
                """.formatted(tools.trivyImage(), tools.trivyServer(), image);
    }
}
