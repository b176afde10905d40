package dev.breakwater.controller.registry;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.registry.credentials.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * How the controller itself reaches registries: with TLS or without, whose certificates it trusts, through which proxy.
 *
 * <p>Threading: any thread. Certificates are read for each registry that is opened, which is rare, so that new ones need no restart.
 */
public final class RegistryTransport {
    private final Set<String> plainRegistries;
    private final Set<String> insecureRegistries;
    private final String caFolder;
    private final OkHttpClient direct;

    /**
     * @param plainRegistries hosts that are spoken to without TLS
     * @param insecureRegistries hosts whose certificate is not checked
     */
    public RegistryTransport(
            RegistrySettings settings, Collection<String> plainRegistries, Collection<String> insecureRegistries) {
        this.plainRegistries = Set.copyOf(plainRegistries);
        this.insecureRegistries = Set.copyOf(insecureRegistries);
        this.caFolder = settings.caFolder();
        OkHttpClient client = new OkHttpClient();
        this.direct = settings.hasProxy()
                ? client.newBuilder().proxySelector(new SettingsProxy(settings)).build()
                : client;
    }

    /**
     * A repository to be read.
     *
     * @param login what is shown to the registry where it asks; empty for nothing
     * @throws IOException in words, where the certificate authorities cannot be read
     */
    public OciRegistry open(ImageReference reference, Optional<Credential> login) throws IOException {
        return new OciRegistry(
                reference, plainRegistries.contains(reference.registry()), client(reference.registry()), login);
    }

    private OkHttpClient client(String registry) throws IOException {
        if (insecureRegistries.contains(registry)) {
            X509TrustManager anybody = new TrustsAnybody();
            return trusting(anybody).hostnameVerifier((host, session) -> true).build();
        }
        return caFolder.isEmpty()
                ? direct
                : trusting(trusted(Path.of(caFolder))).build();
    }

    private OkHttpClient.Builder trusting(X509TrustManager trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trusted}, new SecureRandom());
            return direct.newBuilder().sslSocketFactory(context.getSocketFactory(), trusted);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    /** Those of the JVM and those of the folder. */
    private static X509TrustManager trusted(Path folder) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate known : manager(null).getAcceptedIssuers()) {
                store.setCertificateEntry("known-" + number++, known);
            }
            for (Certificate own : certificates(folder)) {
                store.setCertificateEntry("own-" + number++, own);
            }
            return manager(store);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate authorities in " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<Certificate> certificates(Path folder) throws IOException {
        List<Certificate> certificates = new ArrayList<>();
        // A mounted ConfigMap has its files as links beside a folder that begins with two dots.
        try (var files = Files.newDirectoryStream(folder, file -> Files.isRegularFile(file))) {
            for (Path file : files) {
                try (InputStream in = Files.newInputStream(file)) {
                    certificates.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
                } catch (CertificateException e) {
                    throw new IOException(file + " (registry.caFolder) is no certificate in PEM", e);
                }
            }
        } catch (FileSystemException e) {
            throw new IOException(folder + " (registry.caFolder) cannot be read: " + e, e);
        }
        return certificates;
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("this Java checks no certificates");
    }

    /** For registries whose operator has said that their certificates are not to be checked. */
    private static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // Nobody comes to us.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // As scanner.insecureRegistries says. What comes is compared with its digest.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class SettingsProxy extends ProxySelector {
        private final RegistrySettings settings;
        private final NoProxy noProxy;

        SettingsProxy(RegistrySettings settings) {
            this.settings = settings;
            this.noProxy = new NoProxy(settings.noProxy());
        }

        @Override
        public List<Proxy> select(URI uri) {
            boolean tls = "https".equals(uri.getScheme());
            String proxy = tls ? settings.httpsProxy() : settings.httpProxy();
            int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
            if (proxy.isEmpty() || noProxy.holds(String.valueOf(uri.getHost()), port)) {
                return List.of(Proxy.NO_PROXY);
            }
            URI address = URI.create(proxy);
            int proxyPort = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
            return List.of(
                    new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.getHost(), proxyPort)));
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {
            // The request fails, and its caller says so.
        }
    }
}
