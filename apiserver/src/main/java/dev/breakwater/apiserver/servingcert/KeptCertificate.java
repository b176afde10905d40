package dev.breakwater.apiserver.servingcert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The serving certificate and the authority that signed it, as one Secret keeps them for all replicas.
 *
 * @param trusted authorities that clients are to trust: the present one, and behind it the last one while its certificates may be
 *     in use
 */
record KeptCertificate(TlsIdentity serving, CertificateAuthority authority, List<X509Certificate> trusted) {
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(365);
    /** A certificate is replaced when this is left of it, an authority when it cannot outlive another certificate. */
    private static final Duration RENEWED_BEFORE = Duration.ofDays(120);

    /** @param previous what is replaced, whose authority goes on if it is good enough; {@code null} for a first one */
    static KeptCertificate make(@Nullable KeptCertificate previous, List<String> names, Instant now) {
        CertificateAuthority authority;
        List<X509Certificate> trusted = new ArrayList<>();
        if (previous != null && lastsUntil(previous.authority().certificate(), now.plus(VALIDITY))) {
            authority = previous.authority();
            trusted.addAll(previous.trusted());
        } else {
            authority = CertificateAuthority.create("breakwater-apiserver", now, AUTHORITY_VALIDITY);
            trusted.add(authority.certificate());
            if (previous != null) {
                trusted.add(previous.authority().certificate());
            }
        }
        return new KeptCertificate(
                authority.issueServer(names.getFirst(), names, now, VALIDITY), authority, List.copyOf(trusted));
    }

    /** Whether it is for these names and lasts for a good while. */
    boolean goodFor(List<String> names, Instant now) {
        return lastsUntil(serving.certificate(), now.plus(RENEWED_BEFORE))
                && Pem.names(serving.certificate()).containsAll(names);
    }

    String bundle() {
        return Pem.of(trusted);
    }

    /** Reads the Secret; nothing if it holds no complete certificate. */
    static Optional<KeptCertificate> of(JsonNode secret) {
        JsonNode data = secret.path("data");
        try {
            TlsIdentity serving = TlsIdentity.read(text(data, "tls.crt"), text(data, "tls.key"));
            List<X509Certificate> trusted = Pem.certificates(text(data, "ca.crt"));
            TlsIdentity authority = new TlsIdentity(List.of(trusted.getFirst()), Pem.privateKey(text(data, "ca.key")));
            return Optional.of(new KeptCertificate(serving, new CertificateAuthority(authority), trusted));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return Optional.empty();
        }
    }

    /** The Secret's {@code data}. */
    ObjectNode data() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("tls.crt", base64(Pem.of(serving.chain())))
                .put("tls.key", base64(Pem.of(serving.key())))
                .put("ca.crt", base64(bundle()))
                .put("ca.key", base64(Pem.of(authority.identity().key())));
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JsonNode data, String key) {
        return new String(Base64.getDecoder().decode(data.path(key).asText()), StandardCharsets.UTF_8);
    }

    private static boolean lastsUntil(X509Certificate certificate, Instant end) {
        return certificate.getNotAfter().toInstant().isAfter(end);
    }
}
