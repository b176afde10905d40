package dev.breakwater.apiserver.servingcert;

import dev.breakwater.apiserver.tls.TlsIdentity;
import java.util.function.Consumer;

/** Where the serving certificate comes from. */
public interface CertificateSource extends AutoCloseable {
    /** To serve with now; if need be one that nobody trusts yet. */
    TlsIdentity initial();

    /** Begins to look after the certificate; {@code renewed} is told of each one that replaces the last. */
    void follow(Consumer<TlsIdentity> renewed);

    @Override
    void close();
}
