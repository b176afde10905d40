package dev.breakwater.bench.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Where to send requests and as whom.
 *
 * @param token bearer token of a service account
 */
public record Endpoint(URI base, SSLContext trust, String token) {
    /**
     * An endpoint whose certificate is signed by one of some authorities.
     *
     * @param authorities certificates in PEM
     */
    public static Endpoint trusting(URI base, byte[] authorities, String token) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            CertificateFactory certificates = CertificateFactory.getInstance("X.509");
            for (Certificate authority : certificates.generateCertificates(new ByteArrayInputStream(authorities))) {
                store.setCertificateEntry("ca-" + store.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    null, new TrustManager[] {new ChainTrust((X509TrustManager) trust.getTrustManagers()[0])}, null);
            return new Endpoint(base, context, token);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot trust the authorities of " + base, e);
        }
    }
}
