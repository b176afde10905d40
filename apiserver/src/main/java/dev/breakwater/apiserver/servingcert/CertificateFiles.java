package dev.breakwater.apiserver.servingcert;

import dev.breakwater.apiserver.cluster.Rounds;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate that somebody else makes and renews in files, such as cert-manager in a mounted Secret. Who vouches for it is then
 * their matter too: APIServices are left alone.
 *
 * <p>Threading: owns one virtual thread once it follows.
 */
public final class CertificateFiles implements CertificateSource {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);

    private final Path certificate;
    private final Path key;
    private final TlsIdentity initial;
    private final Duration interval;
    private @Nullable Rounds rounds;

    /** @param interval between two looks at the files */
    public CertificateFiles(Path certificate, Path key, Duration interval) {
        this.certificate = certificate;
        this.key = key;
        this.interval = interval;
        this.initial = read();
    }

    @Override
    public TlsIdentity initial() {
        return initial;
    }

    @Override
    public void follow(Consumer<TlsIdentity> renewed) {
        TlsIdentity[] served = {initial};
        rounds = Rounds.start("certificate-files", interval, () -> {
            TlsIdentity now = read();
            if (!now.chain().equals(served[0].chain())) {
                renewed.accept(now);
                served[0] = now;
                LOG.info("serving with the new certificate in {}", certificate);
            }
        });
    }

    @Override
    public void close() {
        if (rounds != null) {
            rounds.close();
        }
    }

    private TlsIdentity read() {
        try {
            return TlsIdentity.read(Files.readString(certificate), Files.readString(key));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the serving certificate: " + e.getMessage(), e);
        }
    }
}
