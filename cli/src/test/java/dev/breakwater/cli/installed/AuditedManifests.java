package dev.breakwater.cli.installed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What the test of installed audits applies. */
final class AuditedManifests {
    private AuditedManifests() {}

    /** The ConfigMap of users' checks with one on Services, {@code TEAM-1}, that fails where the expression is true. */
    static String ownCheck(String fail) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: trivy-operator-policies-config, namespace: breakwater}
                data:
                  team.yaml: |
                    id: TEAM-1
                    severity: LOW
                    title: Owner of a service
                    description: Somebody must know whom to call.
                    remediation: Set the label owner.
                    match: {kinds: [Service]}
                    fail: "%s"
                    message: name + " and its owner"
                """.formatted(fail);
    }

    /** A framework of one control with one check. */
    static String houseRules(String check) {
        return """
                apiVersion: aquasecurity.github.io/v1alpha1
                kind: ClusterComplianceReport
                metadata: {name: house-rules}
                spec:
                  cron: "0 0 1 1 *"
                  reportType: summary
                  compliance:
                    id: house-rules
                    title: House rules
                    description: What we ask of every team
                    platform: k8s
                    type: own
                    version: "1"
                    relatedResources: []
                    controls: [{id: "1", name: One, severity: LOW, checks: [{id: %s}]}]
                """.formatted(check);
    }

    /** The objects that are audited; what is expected of them was found by reading them. */
    static String audited(String team, String image) throws IOException {
        try (InputStream in = AuditedManifests.class.getResourceAsStream("audited.yaml")) {
            if (in == null) {
                throw new IllegalStateException("audited.yaml is not beside the tests");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("${team}", team)
                    .replace("${image}", image);
        }
    }
}
