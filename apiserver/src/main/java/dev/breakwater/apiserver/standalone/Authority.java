package dev.breakwater.apiserver.standalone;

import dev.breakwater.apiserver.tls.CertificateAuthority;
import dev.breakwater.apiserver.tls.Pem;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The authority of a standalone server, kept in its directory: made at the first start, so that kubeconfigs stay good over restarts.
 * Certificates that it issues are made anew at each start.
 */
public final class Authority {
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final CertificateAuthority authority;
    private final Clock clock;

    private Authority(CertificateAuthority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    public static Authority in(Path directory, Clock clock) {
        Path certificate = directory.resolve("ca.crt");
        Path key = directory.resolve("ca.key");
        if (Files.exists(certificate) && Files.exists(key)) {
            // Who has read it can sign himself a certificate as admin.
            PrivateFiles.requirePrivate(key, "the key of this server's authority", true);
            TlsIdentity kept = TlsIdentity.read(PrivateFiles.read(certificate), PrivateFiles.read(key));
            Instant soon = clock.instant().plus(VALIDITY);
            if (kept.certificate().getNotAfter().toInstant().isAfter(soon)) {
                return new Authority(new CertificateAuthority(kept), clock);
            }
        }
        CertificateAuthority fresh =
                CertificateAuthority.create("breakwater-standalone", clock.instant(), AUTHORITY_VALIDITY);
        PrivateFiles.write(key, Pem.of(fresh.identity().key()));
        PrivateFiles.write(certificate, Pem.of(List.of(fresh.certificate())));
        return new Authority(fresh, clock);
    }

    public CertificateAuthority certificates() {
        return authority;
    }

    public String pem() {
        return Pem.of(List.of(authority.certificate()));
    }

    /** For this machine under all the names by which it reaches itself, and those given. */
    public TlsIdentity serving(List<String> moreNames) {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine that does not know its own name is reached as localhost.
        }
        names.addAll(moreNames);
        return authority.issueServer("breakwater", new ArrayList<>(names), clock.instant(), VALIDITY);
    }

    TlsIdentity client(String name, List<String> groups) {
        return authority.issueClient(name, groups, clock.instant(), VALIDITY);
    }
}
