package dev.breakwater.controller.rego;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.controller.kubernetes.PolicyNode;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class RegoPoliciesTest {
    private static final String POLICY = "# METADATA\n# title: a\npackage user.a\n\ndeny_it[m] { m := 1 }\n";

    @Test
    void policiesLibrariesAndKindsAreReadByTheOriginalsNames() {
        RegoPolicies policies = RegoPolicies.of(Map.of(
                "policy.a.rego", POLICY,
                "policy.a.kinds", "Workload,Service",
                "library.x.rego", "package lib.x",
                "team.yaml", "id: 1",
                "notes.txt", "none"));
        assertThat(policies.errors()).isEmpty();
        assertThat(policies.policies()).hasSize(1);
        assertThat(policies.policies().getFirst().namespace()).isEqualTo("user.a");
        assertThat(policies.applyTo("CronJob")).isTrue();
        assertThat(policies.applyTo("Service")).isTrue();
        assertThat(policies.applyTo("Role")).isFalse();
        assertThat(policies.libraries()).containsOnlyKeys("library.x.rego");
    }

    @Test
    void aPackageOfAnyNumberOfPartsIsRead() {
        String name = "a" + ".a".repeat(100_000);
        RegoPolicies policies = RegoPolicies.of(
                Map.of("policy.a.rego", POLICY.replace("user.a", name + " # why"), "policy.a.kinds", "Pod"));
        assertThat(policies.policies().getFirst().namespace()).isEqualTo(name);
    }

    @Test
    void theHashOfAKindChangesWithWhatIsRunOnItAndWithNothingElse() {
        Map<String, String> files =
                Map.of("policy.a.rego", POLICY, "policy.a.kinds", "Role", "library.x.rego", "package lib.x");
        String hash = RegoPolicies.of(files).hash("Role");
        assertThat(hash).isNotEmpty();
        assertThat(RegoPolicies.of(files).hash("Service")).isEmpty();
        assertThat(RegoPolicies.of(with(files, "policy.a.rego", POLICY + "\n")).hash("Role"))
                .isNotEqualTo(hash);
        assertThat(RegoPolicies.of(with(files, "library.x.rego", "package lib.y"))
                        .hash("Role"))
                .isNotEqualTo(hash);
        Map<String, String> more = with(with(files, "policy.b.rego", POLICY), "policy.b.kinds", "Service");
        assertThat(RegoPolicies.of(more).hash("Role")).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "policy.a.rego | the kinds are missing",
                "policy.b.kinds | there is no policy policy.b.rego",
            })
    void halfAPolicyIsNamed(String file, String words) {
        assertThat(RegoPolicies.of(Map.of(file, POLICY)).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.message()).startsWith(file + ": " + words));
    }

    @Test
    void aBatchSortsObjectsByKindAndWritesWhatTrivyReads() {
        RegoPolicies policies = RegoPolicies.of(Map.of(
                "policy.a.rego", POLICY,
                "policy.a.kinds", "Pod",
                "policy.b.rego", POLICY.replace("user.a", "team.b"),
                "policy.b.kinds", "*",
                "library.x.rego", "package lib.x"));
        RegoBatch batch = new RegoBatch(policies);
        String odd = "\u0085\u2028\ufeff\u007f \\\" \ud83d\ude00";
        assertThat(batch.add(new RegoObject("one", "Pod", "{\"kind\":\"Pod\",\"n\":-1.5,\"text\":\"" + odd + "\"}")))
                .isTrue();
        assertThat(batch.add(new RegoObject("two", "Role", "{\"kind\":\"Role\"}")))
                .isTrue();
        assertThat(batch.namespaces()).isEqualTo("team,user");

        Map<String, String> files = PolicyNode.unpack(batch.close());
        assertThat(files.keySet())
                .containsExactly(
                        "g/0/o/00000.yaml",
                        "g/0/policies",
                        "g/1/o/00001.yaml",
                        "g/1/policies",
                        "l/library.x.rego",
                        "p/policy.a.rego",
                        "p/policy.b.rego");
        assertThat(files.get("g/0/policies")).isEqualTo("policy.a.rego\npolicy.b.rego\n");
        assertThat(files.get("g/1/policies")).isEqualTo("policy.b.rego\n");
        // Not JSON to Trivy, whose JSON knows no number below zero; and YAML that gives the very text.
        assertThat(files.get("g/0/o/00000.yaml")).startsWith("#\n");
        Map<String, Object> read = new Yaml().load(files.get("g/0/o/00000.yaml"));
        assertThat(read).containsEntry("n", -1.5).containsEntry("text", "\u0085\u2028\ufeff\u007f \" \ud83d\ude00");
    }

    @Test
    void aBatchIsBoundedAndSaysSo() {
        RegoBatch batch = new RegoBatch(RegoPolicies.of(Map.of("policy.a.rego", POLICY, "policy.a.kinds", "*")));
        StringBuilder noise = new StringBuilder();
        java.util.Random random = new java.util.Random(7);
        while (noise.length() < 200_000) {
            noise.append(Long.toString(random.nextLong(), 36));
        }
        int count = 0;
        while (!batch.isFull() && batch.add(new RegoObject("o" + count, "Pod", "{\"a\":\"" + noise + count + "\"}"))) {
            count++;
            noise.reverse();
        }
        assertThat(count).isPositive();
        assertThat(batch.close().length).isLessThan(1_000_000 * 3 / 4);
        RegoBatch empty = new RegoBatch(RegoPolicies.NONE);
        assertThat(empty.add(new RegoObject(
                        "large", "Pod", "{\"a\":\"" + noise.toString().repeat(10) + "\"}")))
                .isFalse();
        assertThat(empty.isEmpty()).isTrue();
    }

    private static Map<String, String> with(Map<String, String> files, String key, String value) {
        Map<String, String> changed = new java.util.HashMap<>(files);
        changed.put(key, value);
        return changed;
    }
}
