package dev.breakwater.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.testkit.Helm;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.yaml.snakeyaml.Yaml;

/** Who installs with Helm gets the objects that kustomize makes, no other and no different ones. */
class ChartOfManifestsTest {
    /** What Helm users expect, and Helm needs, and kustomize does not have. */
    private static final List<String> HELMS_LABELS = List.of("helm.sh/chart", "app.kubernetes.io/managed-by");

    private static final List<String> HELMS_ANNOTATIONS = List.of("checksum/settings", "helm.sh/resource-policy");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void unchangedValuesAreTheBase(Helm.Version version) throws Exception {
        Chart chart = new Chart(version, folder);
        assertThat(comparable(chart.objects())).isEqualTo(comparable(chart.kustomized("resources: [../base]")));
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void aDatabaseIsTheOverlayOfPostgres(Helm.Version version) throws Exception {
        Chart chart = new Chart(version, folder);
        assertThat(comparable(chart.objects("--set", "breakwater.database.secret=breakwater-database")))
                .isEqualTo(comparable(chart.kustomized("resources: [../overlays/postgres]")));
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void eachComponentIsAValue(Helm.Version version) throws Exception {
        Chart chart = new Chart(version, folder);
        assertThat(comparable(chart.objects(
                        "--set",
                        "operator.accessGlobalSecretsAndServiceAccount=true,breakwater.kubeletConfigz=true,"
                                + "breakwater.registryCa.configMap=breakwater-registry-ca,"
                                + "breakwater.networkPolicy.controlPlane={192.0.2.0/24}")))
                .isEqualTo(comparable(chart.kustomized("""
                        resources: [../base]
                        components:
                          - ../components/registry-secrets
                          - ../components/kubelet-configz
                          - ../components/registry-ca
                          - ../components/apiserver-ingress
                        """)));
    }

    @ParameterizedTest
    @EnumSource(Helm.Version.class)
    void anotherNamespaceIsTheSameForBoth(Helm.Version version) throws Exception {
        Chart chart = new Chart(version, folder);
        assertThat(comparable(chart.objects("-n", "security")))
                .isEqualTo(comparable(chart.kustomized("resources: [../base]\nnamespace: security")));
    }

    /** Without hooks, which are gone when they have succeeded, and without the namespace, which Helm makes itself where it is asked to. */
    private static Map<String, Object> comparable(List<Map<String, Object>> objects) {
        Map<String, Object> byName = new TreeMap<>();
        for (Map<String, Object> object : objects) {
            Map<String, Object> metadata = Chart.map(object.get("metadata"));
            if (object.get("kind").equals("Namespace")
                    || Chart.map(metadata.get("annotations")).containsKey("helm.sh/hook")) {
                continue;
            }
            String name =
                    object.get("kind") + " " + metadata.getOrDefault("namespace", "") + "/" + metadata.get("name");
            assertThat(byName.put(name, comparable(object))).as(name + " twice").isNull();
        }
        assertThat(byName).hasSizeGreaterThan(10);
        return byName;
    }

    private static Map<String, Object> comparable(Map<String, Object> object) {
        Map<String, Object> copy = new LinkedHashMap<>(object);
        copy.replaceAll((key, value) -> switch (key) {
            case "labels" -> without(value, HELMS_LABELS);
            case "annotations" -> without(value, HELMS_ANNOTATIONS);
            // Text in which the order of keys says nothing.
            case "breakwater.yaml" -> new Yaml().load(value.toString());
            default -> value instanceof Map<?, ?> ? comparable(Chart.map(value)) : value;
        });
        copy.values().removeIf(value -> value instanceof Map<?, ?> map && map.isEmpty());
        return copy;
    }

    private static Map<String, Object> without(Object map, List<String> keys) {
        Map<String, Object> left = new LinkedHashMap<>(Chart.map(map));
        left.keySet().removeAll(keys);
        return left;
    }
}
