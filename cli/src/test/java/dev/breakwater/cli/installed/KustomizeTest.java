package dev.breakwater.cli.installed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.Kubectl;
import dev.breakwater.testkit.Requirement;
import dev.breakwater.testkit.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

    @Test
    void noSecretMayBeReadInTheBaseAndByNameOnlyWhereSomebodyAddsIt() throws Exception {
        assertThat(kustomize("").stream()
                        .filter(object -> map(object).get("kind").toString().endsWith("Role"))
                        .flatMap(role -> rulesFor(role, "secrets").stream())
                        // The API server's own certificate.
                        .filter(rule -> !List.of("breakwater-apiserver-serving").equals(rule.get("resourceNames")))
                        .map(rule -> rule.get("verbs").toString()))
                .isNotEmpty()
                .allMatch(verbs -> !verbs.contains("get") && !verbs.contains("list") && !verbs.contains("watch"));

        List<Map<String, Object>> all =
                kustomize("namespace: security\ncomponents: [../components/registry-secrets]\n");
        assertThat(rulesFor(named(all, "ClusterRole", "breakwater-registry-secrets"), "secrets")
                        .toString())
                .contains("verbs=[get]");
        assertThat(named(all, "ClusterRoleBinding", "breakwater-registry-secrets")
                        .toString())
                .contains("name=breakwater-controller, namespace=security");
    }

    @Test
    void aNamespaceCanNameTheSecretsThatMayBeRead() throws Exception {
        copy("registry-namespace");
        Path team = Files.createDirectories(folder.resolve("shop"));
        Files.writeString(team.resolve("kustomization.yaml"), """
                namespace: shop
                resources: [../registry-namespace]
                patches:
                  - target: {kind: Role, name: breakwater-registry}
                    patch: |
                      - {op: add, path: /rules/0/resourceNames, value: [hub, harbor]}
                """);
        List<Map<String, Object>> objects = make(team);
        Map<String, Object> role = named(objects, "Role", "breakwater-registry");
        assertThat(map(role.get("metadata")).get("namespace")).isEqualTo("shop");
        assertThat(rulesFor(role, "secrets").toString()).contains("resourceNames=[hub, harbor]");
        Map<String, Object> binding = named(objects, "RoleBinding", "breakwater-registry");
        assertThat(map(binding.get("metadata")).get("namespace")).isEqualTo("shop");
        assertThat(binding.toString()).contains("name=breakwater-controller, namespace=breakwater");
    }

    @Test
    void authoritiesOfRegistriesReachTheJobsAndTheController() throws Exception {
        Map<String, Object> controller =
                named(kustomize("components: [../components/registry-ca]\n"), "Deployment", "breakwater-controller");
        assertThat(controller.toString())
                .contains("name=BREAKWATER_REGISTRY_CA_CONFIG_MAP, value=breakwater-registry-ca")
                .contains("name=BREAKWATER_REGISTRY_CA_FOLDER, value=/etc/breakwater-registry-ca")
                .contains("mountPath=/etc/breakwater-registry-ca, name=registry-ca, readOnly=true");
    }

    private static List<Map<String, Object>> rulesFor(Map<String, Object> role, String resource) {
        return role.get("rules") instanceof List<?> rules
                ? rules.stream()
                        .map(KustomizeTest::map)
                        .filter(rule ->
                                rule.get("resources") instanceof List<?> resources && resources.contains(resource))
                        .toList()
                : List.of();
    }

    private void copy(String name) throws IOException {
        Path source = Path.of("..", "manifests");
        try (var files = Files.walk(source.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = folder.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private List<Map<String, Object>> kustomize(String more) throws IOException {
        copy("base");
        copy("components");
        Path own = Files.createDirectories(folder.resolve("own"));
        Files.writeString(own.resolve("kustomization.yaml"), "resources: [../base]\n" + more);
        return make(own);
    }

    private List<Map<String, Object>> make(Path kustomization) throws IOException {
        String made;
        try {
            made = Kubectl.forKubeconfig(folder.resolve("none")).succeed("kustomize", kustomization.toString());
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
