package dev.breakwater.apiserver.servingcert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateTest {
    private static final List<String> NAMES = List.of("breakwater.security.svc");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aSecretGivesBackWhatWasPutIntoIt() throws Exception {
        KeptCertificate made = KeptCertificate.make(null, NAMES, START);
        KeptCertificate read = KeptCertificate.of(secret(made)).orElseThrow();
        assertThat(read.serving().chain()).isEqualTo(made.serving().chain());
        assertThat(read.bundle()).isEqualTo(made.bundle());
        read.serving().certificate().verify(read.authority().certificate().getPublicKey());
        assertThat(Pem.names(read.serving().certificate())).containsExactlyElementsOf(NAMES);
    }

    @Test
    void aCertificateIsRenewedInTimeByTheSameAuthority() {
        KeptCertificate first = KeptCertificate.make(null, NAMES, START);
        assertThat(first.goodFor(NAMES, START.plus(Duration.ofDays(200)))).isTrue();
        Instant late = START.plus(Duration.ofDays(300));
        assertThat(first.goodFor(NAMES, late)).isFalse();
        KeptCertificate second = KeptCertificate.make(first, NAMES, late);
        assertThat(second.bundle()).isEqualTo(first.bundle());
        assertThat(second.goodFor(NAMES, late)).isTrue();
    }

    @Test
    void aNewAuthorityIsTrustedBesideTheOldOne() {
        KeptCertificate first = KeptCertificate.make(null, NAMES, START);
        KeptCertificate later = KeptCertificate.make(first, NAMES, START.plus(Duration.ofDays(3500)));
        assertThat(later.trusted())
                .containsExactly(
                        later.authority().certificate(), first.authority().certificate());
        assertThat(later.authority().certificate())
                .isNotEqualTo(first.authority().certificate());
    }

    @Test
    void anotherNameNeedsAnotherCertificate() {
        KeptCertificate made = KeptCertificate.make(null, NAMES, START);
        assertThat(made.goodFor(List.of("breakwater.elsewhere.svc"), START)).isFalse();
    }

    @Test
    void aSecretThatHoldsSomethingElseIsNoCertificate() {
        ObjectNode secret = secret(KeptCertificate.make(null, NAMES, START));
        secret.withObject("/data").put("tls.key", "bm9uc2Vuc2U=");
        assertThat(KeptCertificate.of(secret)).isEmpty();
        assertThat(KeptCertificate.of(JsonNodeFactory.instance.objectNode())).isEmpty();
    }

    @Test
    void filesThatChangeAreServedAnew() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create("a", Instant.now(), Duration.ofDays(1));
        Path certificate = folder.resolve("tls.crt");
        Path key = folder.resolve("tls.key");
        TlsIdentity first = authority.issueServer("first", NAMES, Instant.now(), Duration.ofHours(1));
        write(first, certificate, key);
        List<TlsIdentity> renewed = new CopyOnWriteArrayList<>();
        try (CertificateFiles files = new CertificateFiles(certificate, key, Duration.ofMillis(20))) {
            assertThat(files.initial().chain()).isEqualTo(first.chain());
            files.follow(renewed::add);
            TlsIdentity second = authority.issueServer("second", NAMES, Instant.now(), Duration.ofHours(1));
            write(second, certificate, key);
            Awaitility.await()
                    .untilAsserted(() -> assertThat(renewed)
                            .anySatisfy(identity -> assertThat(identity.chain()).isEqualTo(second.chain())));
        }
    }

    private static void write(TlsIdentity identity, Path certificate, Path key) throws Exception {
        Files.writeString(key, Pem.of(identity.key()));
        Files.writeString(certificate, Pem.of(identity.chain()));
    }

    private static ObjectNode secret(KeptCertificate certificate) {
        return JsonNodeFactory.instance.objectNode().set("data", certificate.data());
    }
}
