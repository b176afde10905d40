package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.ConfigHash;
import dev.breakwater.controller.checks.DeviationChoice;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.controller.checks.InvalidCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NullUnmarked
class EngineChecksTest {
    private static CheckSet set;
    private static EngineChecks checks;

    @BeforeAll
    static void compile() throws InvalidCheck {
        set = CheckSet.builtIn(CheckSet.Options.defaults());
        checks = new EngineChecks(set, (kind, hash) -> hash.equals(ConfigHash.of(set, kind)));
    }

    @Test
    void everyCheckThatAFrameworkNamesExists() throws InvalidSpec {
        for (String name : Frameworks.ALL) {
            ComplianceSpec spec = ComplianceSpec.parse(Frameworks.manifest(name).path("spec"));
            for (Control control : spec.controls()) {
                assertThat(control.checks())
                        .as("%s %s", name, control.id())
                        .allMatch(id -> checks.find(id).isPresent());
            }
        }
    }

    @Test
    void everySpellingIsFound() {
        for (String spelling : Set.of("KSV-0017", "AVD-KSV-0017", "avd-ksv-0017", "KSV017", "ksv-17")) {
            assertThat(checks.find(spelling)).map(CurrentChecks.Check::id).contains("KSV-0017");
        }
        assertThat(checks.find("KSV-9999")).isEmpty();
    }

    @Test
    void controlPlaneAndNodeChecksAreInfrastructure() {
        assertThat(find("KCV-0001").infrastructure()).isTrue();
        assertThat(find("KCV-0001").targets()).contains("Pod").doesNotContain("*");
        assertThat(find("KCV-0048").targets()).containsExactly("NodeInfo");
        assertThat(find("KCV-0048").infrastructure()).isTrue();
        assertThat(find("KCV-0093").infrastructure()).isFalse();
        assertThat(find("KSV-0017").infrastructure()).isFalse();
    }

    /** One of which it is not known what it looks at would pass wherever there is nothing to see. */
    @Test
    void ofEveryInfrastructureCheckItIsKnownWhatItLooksAt() {
        for (CheckDefinition check : set.checks()) {
            boolean infrastructure = find(check.id()).infrastructure();
            assertThat(Evidence.of(check).isPresent()).as(check.id()).isEqualTo(infrastructure);
        }
        assertThat(find("KCV-0001").evidence()).contains(new Evidence.Arguments("kube-apiserver"));
        assertThat(find("KCV-0048").evidence())
                .contains(new Evidence.NodeFile(
                        "kubeAPIServerSpecFilePermission", "The manifest of the API server", List.of("master")));
        assertThat(find("KCV-0079").evidence()).containsInstanceOf(Evidence.KubeletSetting.class);
    }

    @Test
    void theHashChangesWithTheChecksOfItsKindAndWithNothingElse() throws InvalidCheck {
        CheckSet same = CheckSet.builtIn(CheckSet.Options.defaults());
        CheckSet withoutOne = CheckSet.builtIn(new CheckSet.Options(
                new DeviationChoice.All(), Optional.empty(), Set.of("KSV-0038"), Map.of(), Map.of()));

        assertThat(ConfigHash.of(same, "Pod"))
                .isEqualTo(ConfigHash.of(set, "Pod"))
                .matches("[456789bcdf]{1,10}");
        assertThat(ConfigHash.of(withoutOne, "NetworkPolicy")).isNotEqualTo(ConfigHash.of(set, "NetworkPolicy"));
        assertThat(ConfigHash.of(withoutOne, "Pod")).isEqualTo(ConfigHash.of(set, "Pod"));
        assertThat(checks.isCurrent("Node", ConfigHash.of(set, "NodeInfo"))).isTrue();
        assertThat(checks.isCurrent("Pod", ConfigHash.of(set, "NetworkPolicy"))).isFalse();
    }

    private static CurrentChecks.Check find(String id) {
        return checks.find(id).orElseThrow();
    }
}
