package dev.breakwater.testkit;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Comparator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The least aggregated API server: it answers every path with the user for whom kube-apiserver says it asks. */
final class EchoServer implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final HttpsServer server;
    private final String certificate;

    private EchoServer(HttpsServer server, String certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    static EchoServer start(String address, String hostName) throws IOException, GeneralSecurityException {
        Path folder = Files.createTempDirectory("breakwater-echo-");
        try {
            Path keys = folder.resolve("keys.p12");
            keytool("-genkeypair -keyalg EC -dname CN=echo -validity 1 -ext san=dns:" + hostName, keys);
            String certificate = keytool("-exportcert -rfc", keys);
            HttpsServer server = HttpsServer.create(new InetSocketAddress(address, 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls(keys)));
            server.createContext("/", exchange -> {
                String user = exchange.getRequestHeaders().getFirst("X-Remote-User");
                byte[] body = ("{\"kind\": \"APIResourceList\", \"apiVersion\": \"v1\", \"groupVersion\":"
                                + " \"echo.breakwater.dev/v1\", \"resources\": [], \"user\": \"" + user + "\"}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
            return new EchoServer(server, certificate);
        } finally {
            try (var files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** In PEM. It is signed by itself, and so its own authority. */
    String certificate() {
        return certificate;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static SSLContext tls(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream input = Files.newInputStream(keys)) {
            store.load(input, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static String keytool(String arguments, Path keys) throws IOException {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        String line = "%s %s -alias echo -storetype PKCS12 -storepass %s -keystore %s"
                .formatted(program, arguments, PASSWORD, keys);
        Process process = new ProcessBuilder(line.split(" "))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
}
