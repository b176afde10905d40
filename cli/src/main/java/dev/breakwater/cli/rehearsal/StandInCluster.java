package dev.breakwater.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.breakwater.apiserver.tls.TlsIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * What both programs ask a cluster for while they start: objects by path, kept in memory; everybody is who their token says and may do everything.
 * Watches stay open and say nothing.
 *
 * <p>Threading: a virtual thread per request; objects are in a concurrent map and never changed. {@link #close} ends the watches.
 */
final class StandInCluster implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    /** By path, such as {@code /api/v1/namespaces/shop/pods/web-1}. */
    private final Map<String, ObjectNode> objects = new ConcurrentHashMap<>();

    private final AtomicLong writes = new AtomicLong();

    private StandInCluster(HttpsServer server) {
        this.server = server;
    }

    static StandInCluster start(TlsIdentity identity) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setHttpsConfigurator(new HttpsConfigurator(context(identity)));
        StandInCluster cluster = new StandInCluster(server);
        server.setExecutor(cluster.threads);
        server.createContext("/", cluster::answer);
        server.start();
        return cluster;
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    /** An object as if somebody had created it. */
    void put(String collection, ObjectNode object) {
        keep(collection, object.deepCopy());
    }

    /** How often its clients created or changed an object; a Lease does not count, which is renewed for ever. */
    long writes() {
        return writes.get();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = String.valueOf(exchange.getRequestURI().getQuery());
            switch (exchange.getRequestMethod()) {
                case "GET" -> {
                    if (query.contains("watch=true")) {
                        watch(exchange);
                    } else {
                        get(exchange, path);
                    }
                }
                case "DELETE" -> {
                    objects.remove(path);
                    send(exchange, 200, MAPPER.createObjectNode().put("kind", "Status"));
                }
                default -> write(exchange, path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(HttpExchange exchange, String path) throws IOException {
        ObjectNode object = (ObjectNode) MAPPER.readTree(exchange.getRequestBody());
        boolean creates = exchange.getRequestMethod().equals("POST");
        if (path.endsWith("reviews")) {
            ObjectNode status =
                    object.putObject("status").put("authenticated", true).put("allowed", true);
            status.putObject("user").put("username", "rehearsal").put("uid", "1");
        } else {
            keep(creates ? path : path.substring(0, path.lastIndexOf('/')), object);
            if (!path.contains("/leases")) {
                writes.incrementAndGet();
            }
        }
        send(exchange, creates ? 201 : 200, object);
    }

    private void keep(String collection, ObjectNode object) {
        ObjectNode metadata = object.withObject("/metadata");
        if (!metadata.has("uid")) {
            metadata.put("uid", UUID.randomUUID().toString());
        }
        metadata.put("resourceVersion", Long.toString(objects.size() + 1));
        objects.put(collection + "/" + metadata.path("name").asText(), object);
    }

    private void get(HttpExchange exchange, String path) throws IOException {
        ObjectNode object = objects.get(path);
        if (object != null) {
            send(exchange, 200, object);
        } else if (isCollection(path)) {
            send(exchange, 200, list(path));
        } else {
            send(
                    exchange,
                    404,
                    MAPPER.createObjectNode()
                            .put("kind", "Status")
                            .put("code", 404)
                            .put("reason", "NotFound")
                            .put("message", path + " not found"));
        }
    }

    /** Whether the path ends in a plural: behind a version or a namespace, and then a name would follow. */
    private static boolean isCollection(String path) {
        String[] parts = path.substring(1).split("/", -1);
        int first = parts[0].equals("api") ? 2 : 3;
        boolean namespaced = parts.length > first + 2 && parts[first].equals("namespaces");
        return parts.length == (namespaced ? first + 3 : first + 1);
    }

    private JsonNode list(String path) {
        ObjectNode list = MAPPER.createObjectNode().put("kind", "List").put("apiVersion", "v1");
        list.putObject("metadata").put("resourceVersion", Long.toString(objects.size() + 1));
        ArrayNode items = list.putArray("items");
        String plural = path.substring(path.lastIndexOf('/') + 1);
        String root = path.contains("/namespaces/") ? path : path.substring(0, path.lastIndexOf('/'));
        List<String> keys = new ArrayList<>(objects.keySet());
        keys.sort(null);
        for (String key : keys) {
            String collection = key.substring(0, key.lastIndexOf('/'));
            if (key.startsWith(root + "/") && collection.endsWith("/" + plural)) {
                items.add(objects.get(key));
            }
        }
        return list;
    }

    private void watch(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().flush();
        closed.await();
    }

    private static void send(HttpExchange exchange, int code, JsonNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static SSLContext context(TlsIdentity identity) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity.keyStore(), TlsIdentity.PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
