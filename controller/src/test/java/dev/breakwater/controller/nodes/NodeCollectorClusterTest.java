package dev.breakwater.controller.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import dev.breakwater.testkit.ControlPlane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A control plane whose programs run on the machine itself, in no pod. */
@Tag("cluster")
class NodeCollectorClusterTest {
    @RegisterExtension
    static final ControlPlane CONTROL_PLANE = ControlPlane.alone();

    @Test
    void everyCheckOfArgumentsIsAssessedByTheProcesses() throws Exception {
        assertThat(CONTROL_PLANE.cluster().kubeconfig()).exists();
        // The programs of a control plane in a container or elsewhere are not this machine's.
        CommandLine process = new HostFiles(Path.of("/"), new ArrayList<>()).process("kube-apiserver");
        assumeThat(process.runs() && !process.contained()).isTrue();

        NodeFacts facts = new NodeCollector(Path.of("/")).collect();

        assertThat(facts.type()).isEqualTo("master");
        assertThat(facts.facts().get("kubeApiserverArguments"))
                .contains("--profiling=false", "--authorization-mode=Node,RBAC");
        CheckSet checks = CheckSet.builtIn(CheckSet.Options.defaults());
        Map<String, Object> subject = facts.subject("n");
        List<String> missing = Evidence.missing(checks, subject);
        assertThat(checks.checks().stream()
                        .filter(check -> Evidence.of(check)
                                .filter(Evidence.Arguments.class::isInstance)
                                .isPresent())
                        .map(CheckDefinition::id))
                .hasSize(44)
                .doesNotContainAnyElementsOf(missing);
    }
}
