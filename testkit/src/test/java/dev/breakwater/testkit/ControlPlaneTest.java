package dev.breakwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("cluster")
class ControlPlaneTest {
    @RegisterExtension
    static final ControlPlane controlPlane = ControlPlane.alone();

    @Test
    void kubectlListsTheNamespacesOfANewCluster() {
        String names = controlPlane.cluster().kubectl().succeed("get", "namespaces", "-o", "name");

        assertThat(names.lines()).contains("namespace/default", "namespace/kube-system");
    }

    @Test
    void deployedWorkloadsGetPodsAndDeletedOnesLoseThem() {
        Kubectl kubectl = controlPlane.cluster().kubectl();
        Kubectl team = kubectl.in(kubectl.createNamespace("garbage"));
        team.succeed("create", "deployment", "web", "--image=registry.example/web:1", "--replicas=2");
        team.succeed("wait", "--for=create", "--timeout=60s", "pods", "-l", "app=web");

        team.succeed("delete", "deployment", "web", "--cascade=foreground", "--timeout=60s");

        assertThat(team.succeed("get", "pods,replicasets", "-o", "name")).isEmpty();
    }

    @Test
    void anotherUserIsRefusedWhatNobodyGrantedHim() {
        Kubectl kubectl = controlPlane.cluster().kubectl();

        Kubectl.Result refused = kubectl.as("anna", "team-a").run("get", "namespaces");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.stderr()).contains("User \"anna\" cannot list resource \"namespaces\"");
    }

    @Test
    void aClosedTestbedLeavesNeitherProcessNorFolder() throws Exception {
        List<Long> pids;
        Path folder;
        try (TestbedCluster own = startOwn()) {
            folder = own.internals().orElseThrow().folder();
            pids = Files.readAllLines(folder.resolve("processes")).stream()
                    .map(line -> Long.valueOf(line.replaceAll(".*\"pid\":(\\d+).*", "$1")))
                    .toList();
            assertThat(pids).hasSizeGreaterThanOrEqualTo(4).allMatch(ControlPlaneTest::runs);
        }
        assertThat(pids).noneMatch(ControlPlaneTest::runs);
        assertThat(folder).doesNotExist();
    }

    private static TestbedCluster startOwn() {
        try {
            return TestbedCluster.start(List.of());
        } catch (Unavailable unavailable) {
            throw Requirement.CLUSTER.missing(String.valueOf(unavailable.getMessage()));
        }
    }

    private static boolean runs(long pid) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        return handle.isPresent() && handle.get().isAlive();
    }
}
