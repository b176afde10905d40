package dev.breakwater.controller.registry;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.breakwater.testkit.Cluster;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Debian's docker-registry over the images of the testbed's own registry, with TLS by an authority of its own and a password for everything. The node is
 * told to trust it, as the nodes of its owner would be.
 */
public final class SecuredRegistry implements AutoCloseable {
    private final Process process;
    private final String host;
    private final Path authority;

    /** @param folder for certificates, passwords and settings */
    public SecuredRegistry(Cluster cluster, Path folder, String username, String password)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        Path run = cluster.internals().orElseThrow().folder();
        String address = cluster.hostAddress().orElseThrow();
        int port = freePort(address);
        this.host = address + ":" + port;
        this.authority = folder.resolve("ca").resolve("ca.crt");
        Files.createDirectories(folder.resolve("ca"));
        writeCertificates(folder, address);
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        Files.writeString(
                folder.resolve("htpasswd"),
                username + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), salt, 5) + "\n");
        Path settings = Files.writeString(folder.resolve("registry.yaml"), """
                version: 0.1
                log: {level: warn, accesslog: {disabled: true}}
                storage:
                  filesystem: {rootdirectory: %s}
                auth:
                  htpasswd: {realm: tests, path: %s}
                http:
                  addr: "%s"
                  tls: {certificate: %s, key: %s}
                """.formatted(
                        run.resolve("registry"),
                        folder.resolve("htpasswd"),
                        host,
                        folder.resolve("server.crt"),
                        folder.resolve("server.key")));
        Path node =
                Files.createDirectories(run.resolve("node").resolve("certs.d").resolve(host));
        Files.writeString(node.resolve("hosts.toml"), """
                server = "https://%1$s"
                [host."https://%1$s"]
                capabilities = ["pull", "resolve"]
                ca = "%2$s"
                """.formatted(host, authority));
        this.process = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        try {
            await().atMost(30, SECONDS).until(() -> !process.isAlive() || isListening(address, port));
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "docker-registry ended: " + Files.readString(folder.resolve("registry.log")));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** {@code HOST:PORT}; reached from this machine, the node and pods. */
    public String host() {
        return host;
    }

    /** The certificate authority, PEM. */
    public Path authority() {
        return authority;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }

    private static boolean isListening(String address, int port) {
        try (Socket socket = new Socket(address, port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort(String address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    private static void writeCertificates(Path folder, String address)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair authorityKeys = generator.generateKeyPair();
        X500Name authorityName = new X500Name("CN=Tests' own authority");
        X509Certificate authority = sign(
                builder(authorityName, authorityName, authorityKeys)
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true)),
                authorityKeys);
        KeyPair serverKeys = generator.generateKeyPair();
        X509Certificate server = sign(
                builder(authorityName, new X500Name("CN=registry"), serverKeys)
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.iPAddress, address))),
                authorityKeys);
        write(folder.resolve("ca").resolve("ca.crt"), authority);
        write(folder.resolve("server.crt"), server);
        write(folder.resolve("server.key"), new JcaPKCS8Generator(serverKeys.getPrivate(), null));
    }

    private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                BigInteger.valueOf(now.toEpochMilli()).add(BigInteger.valueOf(subject.hashCode() & 0xff)),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(Duration.ofDays(1))),
                subject,
                keys.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, KeyPair issuer)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate())));
    }

    private static void write(Path file, Object content) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(content);
        }
        Files.writeString(file, text.toString());
    }
}
