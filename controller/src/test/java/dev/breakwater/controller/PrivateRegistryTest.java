package dev.breakwater.controller;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.ScanNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A registry that wants a password, and where scans get it from. */
@NullUnmarked
class PrivateRegistryTest extends ControllerScene {
    private static final String SCANS = "/apis/breakwater.dev/v1alpha1/imagescans";
    private static final String JOBS = "/apis/batch/v1/namespaces/breakwater/jobs/";
    private static final String SECRETS = "/api/v1/namespaces/breakwater/secrets/";
    private static final String PASSWORD = "c0rrect,horse:battery";
    private static final String DENIED = """
            2026-11-21T10:00:00Z\tFATAL\tFatal error\trun error: image scan error: scan error: unable to initialize a scan service: \
            unable to initialize an image scan service: unable to find the specified image "x" in ["remote"]: 1 error occurred:
            \t* remote error: GET https://registry.example/v2/shop/web/manifests/1: UNAUTHORIZED: authentication required""";

    /** The docker config of each Job that had one, in their order. */
    private final List<String> shown = new CopyOnWriteArrayList<>();

    @BeforeEach
    void askForThePassword() {
        node.behave(this::pull);
        cluster.onCreate(object -> {
            // The kubelet begins when the volume is there.
            if (object.path("kind").asText().equals("Secret")) {
                shown.add(config(object));
                node.run(cluster.get(
                        JOBS + object.at("/metadata/ownerReferences/0/name").asText()));
            }
        });
    }

    @Test
    void thePullSecretOfAPodLeadsToItsReport() {
        pullSecret("team-a", "hub", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "hub");
        startController();

        awaitReports("vulnerabilityreports", 1);
        awaitJobsGone();
        assertThat(shown)
                .containsExactly("{\"auths\":{\"registry.example/shop/web\":{\"auth\":\"" + base64("robot:" + PASSWORD)
                        + "\"}}}");
        assertThat(node.jobs()).hasSize(1);
        ObjectNode job = node.jobs().getFirst();
        ObjectNode secret = cluster.find(SECRETS).getFirst();
        assertThat(secret.at("/metadata/ownerReferences/0/uid").asText()).isNotEmpty();
        JsonNode pod = job.at("/spec/template/spec");
        assertThat(pod.path("volumes").toString())
                .contains(secret.at("/metadata/name").asText());
        assertThat(pod.at("/containers/0/env").toString())
                .contains("DOCKER_CONFIG")
                .doesNotContain("TRIVY_USERNAME", "TRIVY_PASSWORD");
        assertThat(scan().at("/status/credentials").toString()).isEqualTo("[{\"secret\":\"hub\",\"result\":\"Used\"}]");
    }

    @Test
    void ofTwoTheOneThatWorksIsFoundAndTheOtherIsNamed() {
        pullSecret("team-a", "old", "registry.example", "robot:wrong");
        pullSecret("team-a", "new", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "old", "new");
        startController();

        awaitReports("vulnerabilityreports", 1);
        awaitJobsGone();
        await().atMost(20, SECONDS)
                .untilAsserted(
                        () -> assertThat(scan().at("/status/credentials").toString())
                                .isEqualTo(
                                        "[{\"secret\":\"old\",\"result\":\"Refused\"},{\"secret\":\"new\",\"result\":\"Used\"}]"));
        assertThat(scan().at("/status/attempts").asInt()).isEqualTo(1);
        assertThat(node.jobs()).hasSize(2);
    }

    @Test
    void withoutOneTheReasonSaysWhatWasTriedAndWhatCouldNotBeUsed() {
        pullSecret("team-a", "old", "registry.example", "robot:wrong");
        ObjectNode broken = Objects.object("v1", "Secret", "team-a", "broken");
        broken.put("type", "kubernetes.io/dockerconfigjson")
                .putObject("data")
                .put(".dockerconfigjson", base64("{\"auths\": " + PASSWORD));
        cluster.put("/api/v1/namespaces/team-a/secrets", broken);
        runPrivateWorkload("team-a", "old", "broken");
        startController();

        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Failed"));
        assertThat(scan().at("/status/reason").asText()).isEqualTo("PullDenied");
        assertThat(scan().at("/status/message").asText())
                .contains(
                        "UNAUTHORIZED",
                        "the Secret old was refused",
                        "the Secret broken is no JSON in .dockerconfigjson");
        await().atMost(20, SECONDS)
                .until(() -> !cluster.find("namespaces/team-a/events").isEmpty());
        assertThat(cluster.find("namespaces/team-a/events")
                        .getFirst()
                        .path("message")
                        .asText())
                .contains("the Secret broken is no JSON");
        // Without a credential it is tried last, as anybody may.
        assertThat(node.jobs()).hasSize(2);
        assertThat(node.jobs().getLast().toString()).doesNotContain("DOCKER_CONFIG");
    }

    @Test
    void thePasswordIsNowhereButInTheSecretOfTheJob() {
        pullSecret("team-a", "old", "registry.example", "robot:" + PASSWORD + "-wrong");
        pullSecret("team-a", "new", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "old", "new");
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        said.start();
        root.addAppender(said);
        root.setLevel(Level.DEBUG);
        try {
            startController();
            awaitReports("sbomreports", 1);
            awaitJobsGone();
        } finally {
            root.setLevel(before);
            root.detachAppender(said);
        }
        assertThat(List.copyOf(said.list))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getFormattedMessage() + " " + line.getThrowableProxy())
                        .doesNotContain(PASSWORD, base64("robot:" + PASSWORD)));
        for (ObjectNode object : cluster.find("/")) {
            if (!object.path("kind").asText().equals("Secret")) {
                assertThat(object.toString()).doesNotContain(PASSWORD, base64("robot:" + PASSWORD));
            }
        }
        for (ObjectNode job : node.jobs()) {
            assertThat(job.toString()).doesNotContain(PASSWORD, base64("robot:" + PASSWORD));
        }
        assertThat(cluster.find(SECRETS))
                .hasSize(2)
                .allSatisfy(secret -> assertThat(
                                secret.at("/metadata/ownerReferences/0/kind").asText())
                        .isEqualTo("Job"));
    }

    @Test
    void aRegistryThatSendsBackWhatItWasShownTellsNobody() {
        pullSecret("team-a", "old", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "old");
        node.behave(job -> job.toString().contains("DOCKER_CONFIG") && shown.isEmpty()
                ? new ScanNode.Behaviour.Hangs()
                : new ScanNode.Behaviour.Fails(
                        DENIED + " for Basic " + base64("robot:" + PASSWORD) + " (" + PASSWORD + ")", "Error"));
        startController();

        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Failed"));
        assertThat(scan().toString())
                .contains("for Basic (not shown) ((not shown))")
                .doesNotContain(PASSWORD, base64("robot:" + PASSWORD));
    }

    @Test
    void noPasswordThatCouldHaveBeenShownStandsInTheWords() {
        pullSecret("team-a", "old", "registry.example", "robot:another-" + PASSWORD);
        pullSecret("team-a", "new", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "old", "new");
        // As in a Job that a controller before us began with the other one.
        node.behave(job -> shown.isEmpty() && job.toString().contains("DOCKER_CONFIG")
                ? new ScanNode.Behaviour.Hangs()
                : new ScanNode.Behaviour.Fails(DENIED + " (" + PASSWORD + ")", "Error"));
        startController();

        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/phase").asText().equals("Failed"));
        assertThat(scan().toString()).contains("(not shown)").doesNotContain(PASSWORD);
        assertThat(cluster.find("namespaces/team-a/events").toString()).doesNotContain(PASSWORD);
    }

    @Test
    void aJobThatIsFoundWithoutItsSecretGetsIt() throws InterruptedException {
        pullSecret("team-a", "hub", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "hub");
        startController();
        awaitReports("sbomreports", 1);
        awaitJobsGone();
        stopController();
        // As if that controller had ended between the Job and its Secret.
        for (String plural : List.of("vulnerabilityreports", "exposedsecretreports", "sbomreports")) {
            cluster.remove(REPORTS + "team-a/" + plural + "/replicaset-web-1-app");
        }
        cluster.remove(
                SECRETS + cluster.find(SECRETS).getFirst().at("/metadata/name").asText());
        cluster.put(JOBS.substring(0, JOBS.length() - 1), node.jobs().getFirst());
        startController();

        awaitReports("vulnerabilityreports", 1);
        assertThat(node.jobs()).hasSize(1);
        assertThat(shown).hasSize(2);
    }

    @Test
    void aSecretThatMayNotBeMadeEndsTheJobWithAReason() {
        pullSecret("team-a", "hub", "registry.example", "robot:" + PASSWORD);
        runPrivateWorkload("team-a", "hub");
        cluster.refuse(call -> call.method().equals("POST") && call.path().endsWith("/secrets"), 403);
        startController();

        await().atMost(30, SECONDS)
                .until(() -> scan().at("/status/reason").asText().equals("JobRefused"));
        assertThat(scan().at("/status/message").asText()).contains("secrets");
        awaitJobsGone();
    }

    private ScanNode.Behaviour pull(ObjectNode job) {
        String secret =
                job.at("/metadata/annotations/breakwater.dev~1credentials").asText();
        if (secret.isEmpty()) {
            return new ScanNode.Behaviour.Fails(DENIED, "Error");
        }
        ObjectNode held = cluster.get(SECRETS + secret);
        if (held == null) {
            return new ScanNode.Behaviour.Hangs();
        }
        return config(held).contains(base64("robot:" + PASSWORD) + "\"")
                ? new ScanNode.Behaviour.Logs(ScanNode.log(trivy(), sbom()))
                : new ScanNode.Behaviour.Fails(DENIED, "Error");
    }

    private static String config(ObjectNode secret) {
        return new String(
                Base64.getDecoder().decode(secret.at("/data/config.json").asText()), StandardCharsets.UTF_8);
    }

    private void runPrivateWorkload(String namespace, String... pullSecrets) {
        ObjectNode replicaSet = runWorkload(namespace, "web-1");
        ObjectNode pod = Objects.pod(namespace, "web-1-a", replicaSet, IMAGE, IMAGE_ID);
        for (String secret : pullSecrets) {
            pod.withObject("/spec").withArray("imagePullSecrets").addObject().put("name", secret);
        }
        cluster.put("/api/v1/namespaces/" + namespace + "/pods", pod);
    }

    private void pullSecret(String namespace, String name, String key, String pair) {
        ObjectNode secret = Objects.object("v1", "Secret", namespace, name);
        secret.put("type", "kubernetes.io/dockerconfigjson")
                .putObject("data")
                .put(".dockerconfigjson", base64("{\"auths\":{\"" + key + "\":{\"auth\":\"" + base64(pair) + "\"}}}"));
        cluster.put("/api/v1/namespaces/" + namespace + "/secrets", secret);
    }

    private JsonNode scan() {
        List<ObjectNode> scans = cluster.find(SCANS);
        return scans.isEmpty() ? MissingNode.getInstance() : scans.getFirst();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
