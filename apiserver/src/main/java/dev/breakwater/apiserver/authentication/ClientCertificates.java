package dev.breakwater.apiserver.authentication;

import dev.breakwater.apiserver.cache.ExpiringCache;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Verifies client certificates against some authorities, after the handshake that let every certificate pass: signature chain,
 * validity, and use for client authentication (k8s-wire 1.2, 2.2). Verdicts are kept for some seconds, because kube-apiserver
 * presents the same certificate with every request of every user.
 */
public final class ClientCertificates {
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final String FOR_ANYTHING = "2.5.29.37.0";

    /** Certificates are kept before anybody vouches for them, and a stranger may bring long ones. */
    private static final long KEPT_BYTES = 2 << 20;

    private final Set<TrustAnchor> authorities;
    private final Clock clock;
    private final ExpiringCache<List<X509Certificate>, Verdict> verdicts;

    public ClientCertificates(List<X509Certificate> authorities, Clock clock, LongSupplier nanoTime) {
        this.authorities = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toUnmodifiableSet());
        this.clock = clock;
        this.verdicts = new ExpiringCache<>(
                512, KEPT_BYTES, (chain, verdict) -> bytes(chain), Duration.ofSeconds(10), nanoTime);
    }

    /** What verification gave. */
    public sealed interface Verdict {
        /** @param commonName of the certificate's subject, read once for all requests that bring it */
        record Good(String commonName) implements Verdict {}

        record Bad(String because) implements Verdict {}
    }

    /** @param chain the client's certificate first, then whatever intermediates it sent; not empty */
    public Verdict verify(List<X509Certificate> chain) {
        return verdicts.get(chain, () -> verdict(chain));
    }

    /** The last common name of the subject; empty if it has none. */
    public static String commonName(X509Certificate certificate) {
        List<String> names = values(certificate, BCStyle.CN);
        return names.isEmpty() ? "" : names.getLast();
    }

    /** Organisations of the subject, read as groups. */
    public static List<String> organizations(X509Certificate certificate) {
        return values(certificate, BCStyle.O);
    }

    private Verdict verdict(List<X509Certificate> chain) {
        if (authorities.isEmpty()) {
            return new Verdict.Bad("no authority is trusted");
        }
        X509Certificate leaf = chain.getFirst();
        try {
            List<String> uses = leaf.getExtendedKeyUsage();
            if (uses != null && !uses.contains(FOR_CLIENTS) && !uses.contains(FOR_ANYTHING)) {
                return new Verdict.Bad("the certificate is not for client authentication");
            }
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(leaf);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(authorities, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return new Verdict.Good(commonName(leaf));
        } catch (CertPathBuilderException e) {
            return new Verdict.Bad("no trusted authority vouches for the certificate: " + e.getMessage());
        } catch (GeneralSecurityException e) {
            return new Verdict.Bad("the certificate cannot be verified: " + e.getMessage());
        }
    }

    /** Parsed, a certificate takes several times its encoded length. */
    private static long bytes(List<X509Certificate> chain) {
        long bytes = 512;
        for (X509Certificate certificate : chain) {
            try {
                bytes += 4L * certificate.getEncoded().length;
            } catch (CertificateEncodingException e) {
                return Long.MAX_VALUE;
            }
        }
        return bytes;
    }

    private static List<String> values(X509Certificate certificate, ASN1ObjectIdentifier type) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return Arrays.stream(subject.getRDNs(type))
                .map(RDN::getTypesAndValues)
                .flatMap(Arrays::stream)
                .filter(attribute -> attribute.getType().equals(type))
                .map(attribute -> text(attribute.getValue()))
                .toList();
    }

    /** As it is, without the escapes that a distinguished name has in writing. */
    private static String text(ASN1Encodable value) {
        return value instanceof ASN1String string ? string.getString() : value.toString();
    }
}
