package dev.breakwater.apiserver.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues certificates with keys on P-256. Certificates begin five minutes ago, for clocks that are not quite right. */
public final class CertificateAuthority {
    private static final Duration LEEWAY = Duration.ofMinutes(5);
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final TlsIdentity authority;
    private final SecureRandom random = new SecureRandom();

    public CertificateAuthority(TlsIdentity authority) {
        this.authority = authority;
    }

    /** A new authority with a self-signed certificate. */
    public static CertificateAuthority create(String commonName, Instant now, Duration validity) {
        KeyPair keys = newKeys();
        X500Name name = subject(commonName, List.of());
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    serial(new SecureRandom()),
                    Date.from(now.minus(LEEWAY)),
                    Date.from(now.plus(validity)),
                    name,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            X509Certificate certificate = Pem.certificate(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
            return new CertificateAuthority(new TlsIdentity(List.of(certificate), keys.getPrivate()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this Java cannot make a certificate: " + e.getMessage(), e);
        }
    }

    public TlsIdentity identity() {
        return authority;
    }

    public X509Certificate certificate() {
        return authority.certificate();
    }

    /** @param names DNS names and IP addresses, which become subject alternative names */
    public TlsIdentity issueServer(String commonName, List<String> names, Instant now, Duration validity) {
        return issue(subject(commonName, List.of()), names, KeyPurposeId.id_kp_serverAuth, now, validity);
    }

    /** @param organizations read as groups by whoever verifies the certificate */
    public TlsIdentity issueClient(String commonName, List<String> organizations, Instant now, Duration validity) {
        return issue(subject(commonName, organizations), List.of(), KeyPurposeId.id_kp_clientAuth, now, validity);
    }

    private TlsIdentity issue(
            X500Name subject, List<String> names, KeyPurposeId purpose, Instant now, Duration validity) {
        KeyPair keys = newKeys();
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded()),
                    serial(random),
                    Date.from(now.minus(LEEWAY)),
                    Date.from(now.plus(validity)),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    keyIdentifier(certificate().getPublicKey()));
            if (!names.isEmpty()) {
                GeneralName[] alternatives = names.stream()
                        .map(name -> new GeneralName(
                                ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            }
            String algorithm = authority.key().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            X509Certificate certificate =
                    Pem.certificate(builder.build(new JcaContentSignerBuilder(algorithm).build(authority.key())));
            return new TlsIdentity(List.of(certificate), keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this Java cannot make a certificate: " + e.getMessage(), e);
        }
    }

    private static org.bouncycastle.asn1.x509.AuthorityKeyIdentifier keyIdentifier(PublicKey key)
            throws GeneralSecurityException {
        return new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(key);
    }

    private static X500Name subject(String commonName, List<String> organizations) {
        X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
        organizations.forEach(organization -> name.addRDN(BCStyle.O, organization));
        return name.addRDN(BCStyle.CN, commonName).build();
    }

    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(120, random).add(BigInteger.ONE);
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }
}
