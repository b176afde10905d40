package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import dev.breakwater.controller.lease.LeaseSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that want to be left alone, and registries that stand in for others. */
@NullUnmarked
class RegistryTroubleTest extends ControllerScene {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TOOMANYREQUESTS: retry later",
                "unexpected status code 503 Service Unavailable: upstream connect error"
            })
    void aRegistryInTroubleIsLeftAloneAndTheOthersAreScanned(String words) {
        node.behave(job -> pulled(job).startsWith("registry.example/")
                ? new ScanNode.Behaviour.Fails(
                        "2026-11-21T10:00:00Z\tFATAL\tFatal error\trun error: GET https://registry.example/v2/shop/web/manifests/1: "
                                + words,
                        "Error")
                : new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(20, SECONDS)
                .until(() -> status("registry.example/shop/web:1", "phase").equals("Failed"));

        runWorkload("team-a", "api-1", "registry.example/shop/api:1");
        runWorkload("team-b", "web-1", "other.example/shop/web:2");

        await().atMost(20, SECONDS)
                .until(() -> status("registry.example/shop/api:1", "reason").equals("RegistryPaused"));
        assertThat(status("registry.example/shop/api:1", "phase")).isEqualTo("Pending");
        assertThat(status("registry.example/shop/api:1", "nextTry")).isNotEmpty();
        assertThat(status("registry.example/shop/api:1", "message")).contains("registry.example");
        awaitReports("vulnerabilityreports", 1);
        assertThat(node.jobs().stream().map(RegistryTroubleTest::pulled))
                .hasSize(2)
                .anyMatch(reference -> reference.startsWith("other.example/"));
    }

    @Test
    void anImageThatFailsByItselfPausesNobody() {
        node.behave(job -> pulled(job).contains("/shop/web@")
                ? new ScanNode.Behaviour.Fails(
                        "2026-11-21T10:00:00Z\tFATAL\tFatal error\trun error: GET https://registry.example/v2/shop/web/manifests/1: "
                                + "MANIFEST_UNKNOWN: manifest unknown",
                        "Error")
                : new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom())));
        runWorkload("team-a", "web-1");
        startController();
        await().atMost(20, SECONDS)
                .until(() -> status("registry.example/shop/web:1", "phase").equals("Failed"));
        runWorkload("team-a", "api-1", "registry.example/shop/api:1");
        awaitReports("vulnerabilityreports", 1);
    }

    @Test
    void aMirrorIsPulledFromAndTheReportShowsTheImageOfThePod() {
        ControllerSettings base = settings(
                new RetrySettings(Duration.ofMinutes(1), Duration.ofMinutes(1)),
                new LeaseSettings(false, "", Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)),
                AuditSettings.defaults().disabled(),
                folder);
        runWorkload("team-a", "web-1");
        begin(base.with(RegistrySettings.CA_CONFIG_MAP, "authorities")
                .with(RegistrySettings.CA_SECRET, "more-authorities")
                .with(RegistrySettings.MIRRORS, Map.of("registry.example", "mirror.example/all"))
                .with(RegistrySettings.HTTP_PROXY, "http://proxy.example:3128")
                .with(RegistrySettings.HTTPS_PROXY, "http://proxy.example:3128")
                .with(RegistrySettings.NO_PROXY, List.of("10.0.0.0/8")));

        awaitReports("vulnerabilityreports", 1);
        ObjectNode job = node.jobs().getFirst();
        assertThat(pulled(job)).isEqualTo("mirror.example/all/shop/web@" + DIGEST);
        ObjectNode report = cluster.find("/vulnerabilityreports/").getFirst();
        assertThat(report.at("/report/registry/server").asText()).isEqualTo("registry.example");
        assertThat(report.at("/report/artifact/repository").asText()).isEqualTo("shop/web");
        String environment = job.at("/spec/template/spec/containers/0/env").toString();
        assertThat(environment)
                .contains(
                        "{\"name\":\"HTTPS_PROXY\",\"value\":\"http://proxy.example:3128\"}",
                        "{\"name\":\"NO_PROXY\",\"value\":\"10.0.0.0/8\"}",
                        "{\"name\":\"SSL_CERT_DIR\",\"value\":\"/certificate-authorities/config-map:/certificate-authorities/secret\"}");
        assertThat(job.at("/spec/template/spec/volumes").toString())
                .contains("\"authorities\"", "\"more-authorities\"");
    }

    private static String pulled(ObjectNode job) {
        var arguments = job.at("/spec/template/spec/containers/0/args");
        return arguments.get(arguments.size() - 1).asText();
    }

    private String status(String image, String field) {
        for (ObjectNode scan : cluster.find("/imagescans/")) {
            if (scan.at("/spec/digest").asText().equals(Objects.digest(image))) {
                return scan.path("status").path(field).asText();
            }
        }
        return "";
    }
}
