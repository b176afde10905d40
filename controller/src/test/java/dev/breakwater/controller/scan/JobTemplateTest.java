package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.controller.image.Platform;
import dev.breakwater.controller.image.RunningImage;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.registry.RegistrySettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobTemplateTest {
    private static final String REFERENCE = "registry.example:5000/shop/web@" + Objects.digest("web");

    @Test
    void namesAndLabelsFitKubernetes() {
        for (Platform platform : List.of(Platform.LINUX_AMD64, Platform.parse("linux/ppc64le"))) {
            ScanTarget target = target(platform);
            assertThat(target.name()).hasSizeLessThanOrEqualTo(63).matches("[0-9a-f]{40}-[a-z0-9-]+");
            assertThat(JobTemplate.nameOf(target.name())).hasSizeLessThanOrEqualTo(63);
        }
    }

    @Test
    void theSameDigestOnAnotherPlatformIsAnotherScan() {
        assertThat(target(Platform.LINUX_AMD64).name())
                .isNotEqualTo(target(Platform.parse("linux/arm64")).name());
    }

    @Test
    void theImageIsPulledByDigestAndTheReferenceIsNoShellText() {
        JsonNode container =
                job(ScannerSettings.defaults(), Platform.LINUX_AMD64).at("/spec/template/spec/containers/0");
        assertThat(container.path("command").toString()).doesNotContain("registry.example");
        List<String> arguments = strings(container.path("args"));
        assertThat(arguments.getLast()).isEqualTo(REFERENCE);
        assertThat(arguments).contains("--scanners", "vuln,secret").doesNotContain("--server", "--platform");
    }

    @Test
    void againstAServerNoDatabaseIsFetched() {
        ScannerSettings settings = with("http://trivy.breakwater:4954", false);
        List<String> arguments =
                strings(job(settings, Platform.parse("linux/arm64")).at("/spec/template/spec/containers/0/args"));
        assertThat(arguments)
                .containsSubsequence("--server", "http://trivy.breakwater:4954")
                .containsSubsequence("--platform", "linux/arm64")
                .doesNotContain("--cache-backend", "--db-repository", "--skip-db-update");
    }

    @Test
    void registriesWithoutTlsAreNamedToTheScanner() {
        JsonNode environment = job(with("", true), Platform.LINUX_AMD64).at("/spec/template/spec/containers/0/env");
        assertThat(environment.toString()).contains("TRIVY_NON_SSL").doesNotContain("TRIVY_INSECURE");
    }

    @Test
    void thePodMayDoNothingToTheClusterOrTheNode() {
        JsonNode pod = job(ScannerSettings.defaults(), Platform.LINUX_AMD64).at("/spec/template/spec");
        assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
        JsonNode security = pod.at("/containers/0/securityContext");
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(security.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(pod.toString()).doesNotContain("hostPath");
    }

    @Test
    void settingsThatShapeAResultChangeTheHashAndOthersDoNot() {
        ScannerSettings defaults = ScannerSettings.defaults();
        assertThat(with("http://trivy", true).hash()).isEqualTo(defaults.hash());
        assertThat(defaults.with(ScannerSettings.SEVERITIES, List.of("HIGH")).hash())
                .isNotEqualTo(defaults.hash());
    }

    @Test
    void theVersionIsTheTagOfTheImage() {
        assertThat(ScannerSettings.defaults().version()).isEqualTo("0.72.0");
    }

    /** The client opens Java's index itself; only the vulnerability database is the server's. */
    @Test
    void againstAServerJavasIndexIsStillFetchedFromItsMirror() {
        ScannerSettings defaults = ScannerSettings.defaults();
        assertThat(arguments(server(defaults, "mirror.example/java-db:1", false)))
                .containsSubsequence("--server", "http://trivy:4954")
                .containsSubsequence("--java-db-repository", "mirror.example/java-db:1")
                .doesNotContain("--db-repository", "--skip-java-db-update", "--skip-db-update");
        assertThat(arguments(server(defaults, "mirror.example/java-db:1", true)))
                .contains("--skip-java-db-update")
                .doesNotContain("--skip-db-update", "--java-db-repository");
        assertThat(arguments(server(defaults, "", false))).doesNotContain("--java-db-repository");
    }

    private static List<String> arguments(ScannerSettings settings) {
        return strings(job(settings, Platform.LINUX_AMD64).at("/spec/template/spec/containers/0/args"));
    }

    private static ScannerSettings server(ScannerSettings defaults, String javaDatabase, boolean skipUpdate) {
        return defaults.with(ScannerSettings.IMAGE_PULL_POLICY, "Always")
                .with(ScannerSettings.SERVER_URL, "http://trivy:4954")
                .with(ScannerSettings.DATABASE_REPOSITORY, "mirror.example/db:2")
                .with(ScannerSettings.JAVA_DATABASE_REPOSITORY, javaDatabase)
                .with(ScannerSettings.SKIP_DATABASE_UPDATE, skipUpdate)
                .with(ScannerSettings.CACHE_FOLDER, "/cache");
    }

    private static ScannerSettings with(String server, boolean plain) {
        return ScannerSettings.defaults()
                .with(ScannerSettings.IMAGE_PULL_POLICY, "Always")
                .with(ScannerSettings.SERVER_URL, server)
                .with(ScannerSettings.CACHE_FOLDER, "/cache")
                .with(ScannerSettings.PLAIN_REGISTRIES, plain ? List.of("registry.example:5000") : List.of());
    }

    private static JsonNode job(ScannerSettings scanner, Platform platform) {
        return new JobTemplate("breakwater", scanner, JobSettings.defaults(), RegistrySettings.defaults())
                .build(target(platform), 1, "");
    }

    private static ScanTarget target(Platform platform) {
        return new ScanTarget(
                RunningImage.of(REFERENCE, platform).orElseThrow(),
                REFERENCE,
                ScannerSettings.defaults().hash());
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @Test
    void jobSettingsReachTheJob() {
        JobSettings settings = JobSettings.defaults()
                .with(JobSettings.SERVICE_ACCOUNT, "scanner")
                .with(JobSettings.CONCURRENT, 1)
                .with(JobSettings.LIMITS, Map.of("memory", "1Gi"))
                .with(JobSettings.REQUESTS, Map.of("cpu", "1"))
                .with(JobSettings.NODE_SELECTOR, Map.of("pool", "scans"))
                .with(
                        JobSettings.TOLERATIONS,
                        List.of(Map.of("key", "scans", "operator", "Exists", "effect", "NoSchedule")))
                .with(JobSettings.IMAGE_PULL_SECRETS, List.of("pull"))
                .with(JobSettings.PRIORITY_CLASS, "low")
                .with(JobSettings.LABELS, Map.of("team", "security"))
                .with(JobSettings.ANNOTATIONS, Map.of("note", "x"))
                .with(JobSettings.ENVIRONMENT, Map.of("HTTPS_PROXY", "http://proxy"));
        JsonNode job = new JobTemplate("scans", ScannerSettings.defaults(), settings, RegistrySettings.defaults())
                .build(target(Platform.LINUX_AMD64), 3, "");
        assertThat(job.at("/metadata/namespace").asText()).isEqualTo("scans");
        assertThat(job.at("/metadata/annotations/note").asText()).isEqualTo("x");
        assertThat(job.at("/metadata/labels/team").asText()).isEqualTo("security");
        JsonNode pod = job.at("/spec/template/spec");
        assertThat(pod.at("/serviceAccountName").asText()).isEqualTo("scanner");
        assertThat(pod.at("/nodeSelector/pool").asText()).isEqualTo("scans");
        assertThat(pod.at("/tolerations/0/key").asText()).isEqualTo("scans");
        assertThat(pod.at("/imagePullSecrets/0/name").asText()).isEqualTo("pull");
        assertThat(pod.at("/priorityClassName").asText()).isEqualTo("low");
        assertThat(pod.at("/containers/0/resources/limits/memory").asText()).isEqualTo("1Gi");
        assertThat(pod.at("/containers/0/env").toString()).contains("HTTPS_PROXY");
    }
}
