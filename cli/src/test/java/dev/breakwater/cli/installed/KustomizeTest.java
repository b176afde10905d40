package dev.breakwater.cli.installed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.Requirement;
import dev.breakwater.testkit.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** The manifests under a kustomization of a user's, as the real kubectl makes them. */
class KustomizeTest {
    @TempDir
    Path folder;

    @Test
    void anotherNamespaceMovesEverythingAndTakesNoRightAway() throws Exception {
        List<Map<String, Object>> objects = kustomize("namespace: security\n");
        assertThat(objects).hasSizeGreaterThan(10);
        for (Map<String, Object> object : objects) {
            // Whatever stood elsewhere, such as in kube-system, is elsewhere no more.
            assertThat(map(object.get("metadata")).getOrDefault("namespace", "security"))
                    .as(object.toString())
                    .isEqualTo("security");
            assertThat(object.toString())
                    .as("names the old namespace")
                    .doesNotContain("namespace=breakwater")
                    .doesNotContain("breakwater-apiserver.breakwater")
                    .doesNotContain("system:serviceaccount:breakwater:");
        }
        assertThat(named(objects, "APIService", "v1alpha1.aquasecurity.github.io")
                        .get("spec")
                        .toString())
                .contains("namespace=security");
        assertThat(named(objects, "ClusterRole", "breakwater-apiserver").toString())
                .contains(
                        "resourceNames=[extension-apiserver-authentication], resources=[configmaps], verbs=[get, list, watch]");
        assertThat(named(objects, "ClusterRoleBinding", "breakwater-apiserver").toString())
                .contains("name=breakwater-apiserver, namespace=security");
    }

    @Test
    void whoeverMayViewTheClusterMayReadTheKindsWithoutNamespace() throws Exception {
        Map<String, Object> role = named(kustomize(""), "ClusterRole", "breakwater-cluster-reports-view");
        assertThat(role.toString())
                .contains("rbac.authorization.k8s.io/aggregate-to-view=true")
                .contains("imagescans")
                .contains("clustercompliancereports");
    }

    private List<Map<String, Object>> kustomize(String more) throws IOException {
        Path base = folder.resolve("base");
        Path source = Path.of("..", "manifests", "base");
        Files.createDirectories(base);
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName().toString()));
            }
        }
        Path own = Files.createDirectories(folder.resolve("own"));
        Files.writeString(own.resolve("kustomization.yaml"), "resources: [../base]\n" + more);
        String made;
        try {
            made = Kubectl.forKubeconfig(folder.resolve("none")).succeed("kustomize", own.toString());
        } catch (Unavailable e) {
            throw Requirement.CLUSTER.missing(String.valueOf(e.getMessage()));
        }
        List<Map<String, Object>> objects = new ArrayList<>();
        StreamSupport.stream(new Yaml().loadAll(made).spliterator(), false)
                .filter(Objects::nonNull)
                .forEach(document -> objects.add(map(document)));
        return objects;
    }

    private static Map<String, Object> named(List<Map<String, Object>> objects, String kind, String name) {
        return objects.stream()
                .filter(object -> kind.equals(object.get("kind"))
                        && name.equals(map(object.get("metadata")).get("name")))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
