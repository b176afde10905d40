package dev.breakwater.apiserver.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A private key and the certificates that vouch for it.
 *
 * @param chain the certificate of the key first, then intermediates
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
    /** Of the only entry in {@link #keyStore}. */
    public static final String PASSWORD = "in-memory";

    /** @throws IllegalArgumentException when either cannot be read */
    public static TlsIdentity read(String certificatesPem, String keyPem) {
        List<X509Certificate> chain = Pem.certificates(certificatesPem);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("there is no certificate in the PEM text");
        }
        return new TlsIdentity(chain, Pem.privateKey(keyPem));
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** For JSSE, which reads keys from nothing else. */
    public KeyStore keyStore() {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("identity", key, PASSWORD.toCharArray(), chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("key and certificate do not form an identity: " + e.getMessage(), e);
        }
    }
}
