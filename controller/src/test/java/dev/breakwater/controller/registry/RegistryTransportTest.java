package dev.breakwater.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.breakwater.controller.bundle.BundlePush;
import dev.breakwater.controller.bundle.TestRegistry;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.registry.credentials.Credential;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the controller's own requests show to registries, and which way they go. */
class RegistryTransportTest {
    private static final Credential ROBOT = new Credential("robot", "c0rrect:horse");

    @TempDir
    private Path folder;

    private TestRegistry registry;
    private ImageReference reference;

    @BeforeEach
    void start() throws Exception {
        registry = new TestRegistry();
        new BundlePush(registry.host() + "/team/checks").archive("1", Map.of("team.yaml", "id: 1"));
        reference = ImageReference.parse(registry.host() + "/team/checks:1");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aPasswordIsShownWhereItIsAskedForAndOnlyThere() throws IOException {
        assertThat(open(Optional.of(ROBOT)).manifest().digest()).startsWith("sha256:");
        assertThat(registry.shown()).isEmpty();

        registry.wantPassword("robot", "c0rrect:horse");
        assertThat(open(Optional.of(ROBOT)).manifest().digest()).startsWith("sha256:");
        assertThat(registry.shown()).containsOnly("Basic " + ROBOT.basic());
    }

    @Test
    void aTokenIsFetchedWithThePasswordAndThePasswordGoesNowhereElse() throws IOException {
        registry.wantToken();
        registry.wantPassword("robot", "c0rrect:horse");
        assertThat(open(Optional.of(ROBOT)).manifest().digest()).startsWith("sha256:");
        assertThat(registry.shown()).containsExactly("Basic " + ROBOT.basic(), "Bearer anonymous");
    }

    @Test
    void aWrongPasswordAndNoneAreToldApartFromARegistryInTrouble() {
        registry.wantPassword("robot", "c0rrect:horse");
        assertThatThrownBy(() ->
                        open(Optional.of(new Credential("robot", "wrong"))).manifest())
                .isInstanceOfSatisfying(
                        RegistryRefusal.class,
                        refusal -> assertThat(refusal.isOfCredential()).isTrue())
                .hasMessageNotContaining("wrong");
        assertThatThrownBy(() -> open(Optional.empty()).manifest())
                .isInstanceOfSatisfying(
                        RegistryRefusal.class,
                        refusal -> assertThat(refusal.isOfCredential()).isTrue())
                .hasMessageContaining("wants a password for team/checks");
        registry.beBusy();
        assertThatThrownBy(() -> open(Optional.of(ROBOT)).manifest())
                .isInstanceOfSatisfying(RegistryRefusal.class, refusal -> {
                    assertThat(refusal.isOfRegistry()).isTrue();
                    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofMinutes(2));
                });
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        String later = ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(5).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(RegistryRefusal.retryAfter(later)).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(5));
        assertThat(RegistryRefusal.retryAfter("30")).isEqualTo(Duration.ofSeconds(30));
        for (String none : List.of("", "-1", "soon", "99999999999", "Sun, 06 Nov 1994 08:49:37 GMT")) {
            assertThat(RegistryRefusal.retryAfter(none)).as(none).isEqualTo(Duration.ZERO);
        }
        assertThat(RegistryRefusal.retryAfter(null)).isEqualTo(Duration.ZERO);
    }

    @Test
    void requestsGoThroughTheProxyUnlessTheHostIsExempt() throws IOException {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        proxy.start();
        try {
            ImageReference elsewhere = ImageReference.parse("registry.invalid/team/checks:1");
            assertThatThrownBy(() -> through(proxy, List.of(), elsewhere).manifest())
                    .isInstanceOf(RegistryRefusal.class)
                    .hasMessageContaining("404");
            assertThat(asked).containsExactly("http://registry.invalid/v2/team/checks/manifests/1");
            assertThatThrownBy(
                            () -> through(proxy, List.of("invalid"), elsewhere).manifest())
                    .hasMessageContaining("cannot be reached");
            assertThat(asked).hasSize(1);
        } finally {
            proxy.stop(0);
        }
    }

    @Test
    void certificatesThatCannotBeReadAreToldByTheirFile() throws IOException {
        Files.writeString(folder.resolve("ca.crt"), "no certificate");
        assertThatThrownBy(() -> transport(folder.toString(), "", List.of()).open(reference, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ca.crt (registry.caFolder) is no certificate in PEM");
        assertThatThrownBy(() -> transport("/no/such/folder", "", List.of()).open(reference, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/no/such/folder (registry.caFolder) cannot be read");
    }

    private OciRegistry open(Optional<Credential> login) throws IOException {
        return transport("", "", List.of()).open(reference, login);
    }

    private OciRegistry through(HttpServer proxy, List<String> noProxy, ImageReference elsewhere) throws IOException {
        return transport("", "http://127.0.0.1:" + proxy.getAddress().getPort(), noProxy)
                .open(elsewhere, Optional.empty());
    }

    private RegistryTransport transport(String caFolder, String proxy, List<String> noProxy) {
        return new RegistryTransport(
                RegistrySettings.defaults()
                        .with(RegistrySettings.CA_FOLDER, caFolder)
                        .with(RegistrySettings.HTTP_PROXY, proxy)
                        .with(RegistrySettings.NO_PROXY, noProxy),
                Set.of(registry.host(), "registry.invalid"),
                Set.of());
    }
}
