package dev.breakwater.controller.bundle;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_GNUTYPE_SPARSE;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_LINK;
import static org.apache.commons.compress.archivers.tar.TarConstants.LF_SYMLINK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.breakwater.controller.kubernetes.Pauses;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.registry.RegistryTransport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class BundlePullsTest {
    private static final Map<String, String> FILES = Map.of(
            "team.yaml", "id: TEAM-1",
            "rego/policy.a.rego", "package user.a",
            "rego/policy.a.kinds", "Pod",
            "rego/policy.a_test.rego", "package user.a_test",
            "README.md", "how");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T05:00:00Z"));
    private TestRegistry registry;
    private BundlePulls pulls;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = new TestRegistry();
    }

    @AfterEach
    void stop() {
        if (pulls != null) {
            pulls.close();
        }
        registry.close();
    }

    private BundlePush push() {
        return new BundlePush(registry.host() + "/team/checks");
    }

    private static RegistryTransport reaching(String plainRegistry) {
        return new RegistryTransport(RegistrySettings.defaults(), Set.of(plainRegistry), Set.of());
    }

    private BundlePulls start(String reference) {
        pulls = new BundlePulls(
                new BundleSettings(registry.host() + "/team/checks" + reference, Duration.ofHours(1)),
                reaching(registry.host()),
                Pauses.loops(),
                now::get);
        pulls.start();
        return pulls;
    }

    private CheckBundle pulled(String reference) {
        start(reference);
        await().atMost(60, SECONDS).until(pulls::inForce, java.util.Optional::isPresent);
        assertThat(pulls.trouble()).isEmpty();
        assertThat(pulls.hasSynced()).isTrue();
        return pulls.inForce().orElseThrow();
    }

    private String trouble(String reference) {
        start(reference);
        return trouble();
    }

    private String trouble() {
        return await().atMost(60, SECONDS)
                .until(pulls::trouble, java.util.Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void anArchiveIsReadByItsTag() {
        String digest = push().archive("1", FILES);
        CheckBundle bundle = pulled(":1");
        assertThat(bundle.digest()).isEqualTo(digest);
        assertThat(bundle.files())
                .containsOnlyKeys("team.yaml", "rego/policy.a.rego", "rego/policy.a.kinds")
                .containsEntry("team.yaml", "id: TEAM-1");
    }

    @Test
    void filesThatAreLayersAreReadByTheDigestOfTheirManifest() {
        String digest = push().files("1", FILES);
        push().files("1", Map.of("other.yaml", "id: 2"));
        assertThat(pulled("@" + digest).files())
                .containsOnlyKeys("team.yaml", "rego/policy.a.rego", "rego/policy.a.kinds");
    }

    @Test
    void anAnonymousTokenIsFetchedWhereTheRegistryAsksForOne() {
        push().archive("1", FILES);
        registry.wantToken();
        assertThat(pulled(":1").files()).containsKey("team.yaml");
    }

    @Test
    void aRequestForATokenIsNotRedirected() {
        push().archive("1", FILES);
        registry.wantToken();
        registry.redirect("/token", "http://" + registry.host() + "/other");
        assertThat(trouble(":1")).contains("redirects GET /token; redirects from HTTPS to HTTP are not followed, nor");
    }

    @Test
    void contentThatARegistryKeepsElsewhereIsFetchedThere() throws Exception {
        push().archive("1", FILES);
        try (TestRegistry elsewhere = new TestRegistry()) {
            new BundlePush(elsewhere.host() + "/team/checks").archive("1", FILES);
            registry.redirect("/v2/team/checks/blobs/", "http://" + elsewhere.host());
            assertThat(pulled(":1").files()).containsKey("team.yaml");
            assertThat(elsewhere.blobsRead()).isEqualTo(1);
        }
    }

    @Test
    void aTagThatMovesIsFollowedAndOneThatDoesNotIsNotReadAgain() {
        push().archive("1", FILES);
        pulled(":1");
        int read = registry.blobsRead();
        push().archive("1", Map.of("team.yaml", "id: TEAM-2"));
        await().atMost(60, SECONDS)
                .until(() -> pulls.inForce().orElseThrow().files().containsValue("id: TEAM-2"));
        assertThat(registry.blobsRead()).isEqualTo(read + 1);
    }

    @Test
    void aRegistryOutOfReachChangesNothingAboutTheBundleInForce() {
        push().archive("1", FILES);
        CheckBundle before = pulled(":1");
        registry.beDown(true);
        assertThat(trouble()).contains("was not fetched", registry.host() + " answers 503");
        assertThat(pulls.inForce()).contains(before);
        registry.beDown(false);
        await().atMost(60, SECONDS).until(() -> pulls.trouble().isEmpty());
    }

    @Test
    void contentThatIsNotWhatTheManifestSaysIsRefused() {
        push().archive("1", FILES);
        registry.replaceBlobs(BundlePush.tar(Map.of("team.yaml", "id: EVIL-1")));
        assertThat(trouble(":1")).contains("came with another size or digest than its manifest says");
        assertThat(pulls.inForce()).isEmpty();
    }

    @Test
    void aManifestThatIsNotTheOneAskedForIsRefused() {
        String digest = push().files("1", FILES);
        push().files(digest, Map.of("other.yaml", "id: 2"));
        assertThat(trouble("@" + digest)).contains("gives for " + digest + " has the digest sha256:");
    }

    @Test
    void whatHoldsNoChecksOrTooMuchIsRefused() {
        push().archive("none", Map.of("README.md", "how"));
        assertThat(trouble(":none")).contains("has no file that ends in .yaml");
        pulls.close();

        push().archive("bomb", Map.of("zeros.bin", "0".repeat(9 << 20), "team.yaml", "id: 1"));
        assertThat(trouble(":bomb")).contains("unpacks to more than");
        pulls.close();

        push().archive("file", Map.of("team.yaml", "#".repeat((1 << 20) + 1)));
        assertThat(trouble(":file")).contains("team.yaml of the bundle has more than 1048576 bytes");
        pulls.close();

        Map<String, String> many = new HashMap<>();
        for (int i = 0; i <= 2000; i++) {
            many.put(i + ".yaml", "a");
        }
        push().archive("many", many);
        assertThat(trouble(":many")).contains("more than 2000 files");
        pulls.close();

        assertThat(trouble(":missing")).contains("answers 404 to GET /v2/team/checks/manifests/missing");
    }

    /** What a reader of archives takes into memory, or makes up, without that it is any entry's content. */
    @Test
    void anArchiveThatIsLargeInItsHeadersOnlyIsRefused() {
        push().archive("long", BundlePush.tar(List.of(new TarArchiveEntry("n".repeat(100_000) + ".yaml"))));
        assertThat(trouble(":long")).contains("headers of more than 65536 bytes for an entry");
        pulls.close();

        List<TarArchiveEntry> extended = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            TarArchiveEntry entry = new TarArchiveEntry(i + ".yaml");
            entry.addPaxHeader("comment", "0".repeat(60_000));
            extended.add(entry);
        }
        push().archive("headers", BundlePush.tar(extended));
        assertThat(trouble(":headers")).contains("or 3145728 for all");
        pulls.close();

        push().archive("sparse", BundlePush.tar(List.of(new TarArchiveEntry("team.yaml", LF_GNUTYPE_SPARSE))));
        assertThat(trouble(":sparse")).contains("sparse");
    }

    @Test
    void aNameThatNobodyCouldReadIsRefused() {
        push().archive("1", Map.of("n".repeat(300) + ".yaml", "id: 1"));
        assertThat(trouble(":1")).contains("a name of 305 characters, beginning with nnn", "300 are allowed");
        pulls.close();
        push().files("2", Map.of("n".repeat(300) + ".yaml", "id: 1"));
        assertThat(trouble(":2")).contains("a name of 305 characters");
    }

    @Test
    void linksAreNoFiles() {
        TarArchiveEntry hard = new TarArchiveEntry("a.yaml", LF_LINK);
        hard.setLinkName("b.yaml");
        TarArchiveEntry symbolic = new TarArchiveEntry("c.yaml", LF_SYMLINK);
        symbolic.setLinkName("b.yaml");
        push().archive("1", BundlePush.tar(List.of(hard, symbolic, new TarArchiveEntry("b.yaml"))));
        assertThat(pulled(":1").files()).containsOnlyKeys("b.yaml");
    }

    @Test
    void aManifestThatIsTooLargeIsRefused() {
        push().longManifest("1", 256 << 10);
        assertThat(trouble(":1")).contains("sends more than 262144 bytes for /v2/team/checks/manifests/1");
    }

    @Test
    void aNewControllerWaitsForTheBundleButNotForEver() {
        registry.beDown(true);
        trouble(":1");
        assertThat(pulls.hasSynced()).isFalse();
        now.set(now.get().plus(Duration.ofMinutes(2)));
        assertThat(pulls.hasSynced()).isTrue();
    }

    @Test
    void aRegistryThatNeverAnswersIsNotWaitedForLonger() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String host = "127.0.0.1:" + silent.getLocalPort();
            pulls = new BundlePulls(
                    new BundleSettings(host + "/team/checks:1", Duration.ofHours(1)),
                    reaching(host),
                    Pauses.loops(),
                    now::get);
            assertThat(pulls.hasSynced()).isFalse();
            pulls.start();
            assertThat(pulls.hasSynced()).isFalse();
            now.set(now.get().plus(Duration.ofMinutes(2)));
            assertThat(pulls.hasSynced()).isTrue();
        }
    }

    @Test
    void aReferenceThatIsNoneIsRefusedAtOnce() {
        assertThatThrownBy(() -> new BundlePulls(
                        new BundleSettings("not a reference", Duration.ofHours(1)),
                        reaching("none.example"),
                        Pauses.loops(),
                        now::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a reference");
    }
}
