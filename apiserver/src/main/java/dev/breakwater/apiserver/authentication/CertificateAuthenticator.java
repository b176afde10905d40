package dev.breakwater.apiserver.authentication;

import dev.breakwater.apiserver.authentication.ClientCertificates.Verdict;
import dev.breakwater.apiserver.request.User;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads user and groups from a client certificate: common name and organisations (k8s-wire 2.2). */
public final class CertificateAuthenticator implements Authenticator {
    private final Supplier<ClientCertificates> trusted;

    /** @param trusted the authorities of the moment */
    public CertificateAuthenticator(Supplier<ClientCertificates> trusted) {
        this.trusted = trusted;
    }

    @Override
    public Opinion judge(Credentials credentials) {
        List<X509Certificate> chain = credentials.chain();
        if (chain.isEmpty()) {
            return Opinion.NONE;
        }
        return switch (trusted.get().verify(chain)) {
            case Verdict.Bad bad -> new Opinion.Refused(bad.because());
            case Verdict.Good good -> known(chain.getFirst());
        };
    }

    private static Opinion known(X509Certificate certificate) {
        String name = ClientCertificates.commonName(certificate);
        if (name.isEmpty()) {
            return new Opinion.Refused("the certificate has no common name");
        }
        return new Opinion.Known(
                new User(
                        name,
                        "",
                        ClientCertificates.organizations(certificate),
                        Map.of(
                                "authentication.kubernetes.io/credential-id",
                                List.of("X509SHA256=" + hash(certificate)))),
                false);
    }

    private static String hash(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("the certificate cannot be hashed: " + e.getMessage(), e);
        }
    }
}
