package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameworksTest {
    /** The figures of the original's frameworks (trivy-operator 8.2). */
    @ParameterizedTest
    @CsvSource({
        "k8s-cis-1.23, k8s, cis, 116, 8, 19, 50, 24, 23",
        "k8s-nsa-1.0, k8s, nsa, 27, 4, 8, 5, 11, 3",
        "k8s-pss-baseline-0.1, k8s, pss-baseline, 12, 0, 0, 5, 7, 0",
        "k8s-pss-restricted-0.1, k8s, pss-restricted, 18, 0, 0, 5, 9, 4",
        "eks-cis-1.4, eks, cis, 51, 24, 6, 21, 22, 2",
        "rke2-cis-1.24, rke2, cis, 116, 8, 19, 50, 24, 23"
    })
    void eachFrameworkHasTheControlsOfTheOriginal(
            String name,
            String platform,
            String type,
            int controls,
            int withoutChecks,
            int critical,
            int high,
            int medium,
            int low)
            throws InvalidSpec {
        ComplianceSpec spec = spec(name);
        assertThat(spec.id()).isEqualTo(name);
        assertThat(spec.platform()).isEqualTo(platform);
        assertThat(spec.type()).isEqualTo(type);
        assertThat(name).endsWith(spec.version());
        assertThat(spec.controls()).hasSize(controls);
        assertThat(spec.controls())
                .filteredOn(control -> control.checks().isEmpty())
                .hasSize(withoutChecks)
                .allSatisfy(control -> assertThat(control.name()).endsWith("(Manual)"))
                .allMatch(Control::isManual);
        assertThat(severities(spec, "CRITICAL")).isEqualTo(critical);
        assertThat(severities(spec, "HIGH")).isEqualTo(high);
        assertThat(severities(spec, "MEDIUM")).isEqualTo(medium);
        assertThat(severities(spec, "LOW")).isEqualTo(low);
    }

    @Test
    void noControlIsWithoutNameAndDescriptionOrThereTwice() throws InvalidSpec {
        for (String name : Frameworks.ALL) {
            Set<String> ids = new HashSet<>();
            for (Control control : spec(name).controls()) {
                assertThat(ids.add(control.id()))
                        .as("%s %s", name, control.id())
                        .isTrue();
                assertThat(control.name()).isNotBlank();
                assertThat(control.description()).isNotBlank();
            }
        }
    }

    @Test
    void rke2HasItsOwnCommandsForTheFilesOfItsControlPlane() throws InvalidSpec {
        assertThat(control("rke2-cis-1.24", "1.1.12").commands()).containsExactly("CMD-0046");
        assertThat(control("k8s-cis-1.23", "1.1.12").commands()).containsExactly("CMD-0012");
        assertThat(control("rke2-cis-1.24", "4.2.10").commands()).containsExactly("CMD-0041", "CMD-0042");
    }

    @Test
    void noCheckIsNamedThatNoLongerExists() throws InvalidSpec {
        assertThat(control("k8s-nsa-1.0", "1.6").checks()).containsExactly("AVD-KSV-0116");
    }

    private static Control control(String framework, String id) throws InvalidSpec {
        return spec(framework).controls().stream()
                .filter(control -> control.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static long severities(ComplianceSpec spec, String severity) {
        return spec.controls().stream()
                .filter(control -> control.severity().equals(severity))
                .count();
    }

    private static ComplianceSpec spec(String name) throws InvalidSpec {
        return ComplianceSpec.parse(Frameworks.manifest(name).path("spec"));
    }
}
