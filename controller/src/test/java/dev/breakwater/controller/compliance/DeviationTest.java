package dev.breakwater.controller.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.controller.checks.DeviationChoice;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviationTest {
    @Test
    void oneListNamesDeviationsOfChecksAndOfCompliance() {
        DeviationChoice choice = DeviationChoice.parse("rule-order, compliance-messages");

        assertThat(Deviation.among(choice)).containsExactly(Deviation.MESSAGES);
        assertThat(Deviation.withoutOurs(choice)).isEqualTo(new DeviationChoice.Only(List.of("rule-order")));
    }

    @Test
    void allAndNoneMeanBoth() {
        assertThat(Deviation.among(DeviationChoice.parse("all"))).containsExactly(Deviation.values());
        assertThat(Deviation.among(DeviationChoice.parse("none"))).isEmpty();
        assertThat(Deviation.withoutOurs(DeviationChoice.parse("all"))).isEqualTo(new DeviationChoice.All());
    }
}
