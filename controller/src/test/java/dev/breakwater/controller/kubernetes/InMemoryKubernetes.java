package dev.breakwater.controller.kubernetes;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Objects in memory behind real HTTP: get, list with label selector and pages, watch, create, update with resourceVersion, merge patch, delete, pod
 * logs, metadata-only answers. Any resource exists by being written. For what only the real API server does, the tests tagged {@code cluster} are there.
 *
 * <p>Threading: a virtual thread per request; one lock for the objects.
 */
public final class InMemoryKubernetes implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();

    /** A request as a rule sees it. */
    public record Call(String method, String path) {}

    private record Event(long revision, String type, String collection, ObjectNode object) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final TreeMap<String, ObjectNode> objects = new TreeMap<>();
    private final List<Event> events = new ArrayList<>();
    private final Map<String, byte[]> logs = new ConcurrentHashMap<>();
    private final Map<Predicate<Call>, Integer> refusals = new ConcurrentHashMap<>();
    private final Map<Predicate<Call>, Disturbance> disturbances = new ConcurrentHashMap<>();
    private final List<Consumer<ObjectNode>> createListeners = new CopyOnWriteArrayList<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile String rules =
            "{\"status\": {\"resourceRules\": [{\"verbs\": [\"*\"], \"apiGroups\": [\"*\"], \"resources\": [\"*\"]}]}}";
    private long revision = 1;

    public InMemoryKubernetes() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public ApiClient client() {
        return new ClientBuilder()
                .setBasePath("http://127.0.0.1:" + server.getAddress().getPort())
                .build();
    }

    /** Calls back with each object that a client creates, outside the lock. */
    public void onCreate(Consumer<ObjectNode> listener) {
        createListeners.add(listener);
    }

    /** Answers with a status code instead, as long as the rule holds. */
    public void refuse(Predicate<Call> rule, int code) {
        refusals.put(rule, code);
    }

    /** Does something else instead of answering, as long as the rule holds. */
    public void disturb(Predicate<Call> rule, Disturbance disturbance) {
        disturbances.put(rule, disturbance);
    }

    public void refuseNothing() {
        refusals.clear();
        disturbances.clear();
    }

    /** What a SelfSubjectRulesReview answers; all is allowed until then. */
    public void allow(String review) {
        rules = review;
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    public void log(String namespace, String pod, byte[] text) {
        logs.put("/api/v1/namespaces/" + namespace + "/pods/" + pod + "/log", text);
    }

    /** Puts an object as if a client had; answers it with uid and revision. */
    public ObjectNode put(String collection, ObjectNode object) {
        String name = object.path("metadata").path("name").asText();
        synchronized (objects) {
            return store(collection, collection + "/" + name, object);
        }
    }

    public ObjectNode put(String collection, String yamlLikeJson) {
        try {
            return put(collection, (ObjectNode) MAPPER.readTree(yamlLikeJson));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    public void remove(String path) {
        synchronized (objects) {
            delete(path);
        }
    }

    /** Null where there is none. */
    public ObjectNode get(String path) {
        synchronized (objects) {
            ObjectNode object = objects.get(path);
            return object == null ? null : object.deepCopy();
        }
    }

    /** Objects whose path contains the text, in order of their paths. */
    public List<ObjectNode> find(String part) {
        synchronized (objects) {
            return objects.entrySet().stream()
                    .filter(entry -> entry.getKey().contains(part))
                    .map(entry -> entry.getValue().deepCopy())
                    .toList();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        synchronized (objects) {
            objects.notifyAll();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = new Call(
                    exchange.getRequestMethod(), exchange.getRequestURI().getPath());
            calls.add(call);
            for (var rule : refusals.entrySet()) {
                if (rule.getKey().test(call)) {
                    status(exchange, rule.getValue(), "Refused");
                    return;
                }
            }
            for (var disturbance : disturbances.entrySet()) {
                if (disturbance.getKey().test(call)) {
                    disturbance.getValue().answer(exchange);
                    return;
                }
            }
            if (call.path().endsWith("/selfsubjectrulesreviews")) {
                send(exchange, 201, (ObjectNode) MAPPER.readTree(rules));
                return;
            }
            Map<String, String> query = query(exchange);
            byte[] log = logs.get(call.path());
            if (log != null) {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(log);
            } else if (query.containsKey("watch")) {
                watch(exchange, call.path(), query);
            } else {
                answer(exchange, call, query);
            }
        }
    }

    private void answer(HttpExchange exchange, Call call, Map<String, String> query) throws IOException {
        String path = call.path().endsWith("/status")
                ? call.path().substring(0, call.path().length() - "/status".length())
                : call.path();
        boolean metadataOnly = exchange.getRequestHeaders().getFirst("Accept").contains("as=PartialObjectMetadata");
        ObjectNode body = call.method().equals("GET") || call.method().equals("DELETE")
                ? MAPPER.createObjectNode()
                : (ObjectNode) MAPPER.readTree(exchange.getRequestBody());
        ObjectNode created = null;
        synchronized (objects) {
            ObjectNode existing = objects.get(path);
            switch (call.method()) {
                case "GET" -> {
                    if (existing != null) {
                        send(exchange, 200, metadataOnly ? onlyMetadata(existing) : existing);
                    } else if (isCollection(path)) {
                        send(exchange, 200, list(path, query, metadataOnly));
                    } else {
                        status(exchange, 404, "NotFound");
                    }
                }
                case "POST" -> {
                    String key = path + "/" + body.path("metadata").path("name").asText();
                    if (objects.containsKey(key)) {
                        status(exchange, 409, "AlreadyExists");
                    } else {
                        created = store(path, key, body).deepCopy();
                        send(exchange, 201, created);
                    }
                }
                case "PUT" -> {
                    if (existing == null) {
                        status(exchange, 404, "NotFound");
                    } else if (!body.path("metadata")
                            .path("resourceVersion")
                            .equals(existing.path("metadata").path("resourceVersion"))) {
                        status(exchange, 409, "Conflict");
                    } else {
                        send(exchange, 200, store(parent(path), path, body));
                    }
                }
                case "PATCH" -> {
                    if (existing == null) {
                        status(exchange, 404, "NotFound");
                    } else {
                        ObjectNode patched = existing.deepCopy();
                        merge(patched, body);
                        send(exchange, 200, store(parent(path), path, patched));
                    }
                }
                case "DELETE" -> {
                    if (existing == null) {
                        status(exchange, 404, "NotFound");
                    } else {
                        delete(path);
                        send(exchange, 200, existing);
                    }
                }
                default -> status(exchange, 405, "MethodNotAllowed");
            }
        }
        if (created != null) {
            for (Consumer<ObjectNode> listener : createListeners) {
                listener.accept(created);
            }
        }
    }

    private void watch(HttpExchange exchange, String collection, Map<String, String> query) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        long seen = Long.parseLong(query.get("resourceVersion"));
        boolean metadataOnly = exchange.getRequestHeaders().getFirst("Accept").contains("as=PartialObjectMetadata");
        while (!threads.isShutdown()) {
            List<Event> next;
            synchronized (objects) {
                long from = seen;
                next = events.stream().filter(event -> event.revision() > from).toList();
                if (next.isEmpty()) {
                    try {
                        objects.wait(1000);
                    } catch (InterruptedException e) {
                        return;
                    }
                }
            }
            for (Event event : next) {
                seen = event.revision();
                if (matchesPath(collection, event.collection()) && selected(event.object(), query)) {
                    ObjectNode line = MAPPER.createObjectNode();
                    line.put("type", event.type());
                    line.set("object", metadataOnly ? onlyMetadata(event.object()) : event.object());
                    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        }
    }

    private ObjectNode list(String path, Map<String, String> query, boolean metadataOnly) {
        ObjectNode list = MAPPER.createObjectNode();
        ObjectNode metadata = list.putObject("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        ArrayNode items = list.putArray("items");
        int limit = Integer.parseInt(query.getOrDefault("limit", "1000000"));
        String after = query.getOrDefault("continue", "");
        for (var entry : objects.entrySet()) {
            if (entry.getKey().compareTo(after) > 0
                    && matchesPath(path, parent(entry.getKey()))
                    && selected(entry.getValue(), query)) {
                if (items.size() == limit) {
                    metadata.put("continue", after);
                    break;
                }
                after = entry.getKey();
                items.add(metadataOnly ? onlyMetadata(entry.getValue()) : entry.getValue());
            }
        }
        return list;
    }

    private ObjectNode store(String collection, String key, ObjectNode object) {
        ObjectNode before = objects.get(key);
        ObjectNode metadata = (ObjectNode) object.path("metadata");
        metadata.put("resourceVersion", Long.toString(++revision));
        if (before == null) {
            if (!metadata.has("uid")) {
                metadata.put("uid", UUID.randomUUID().toString());
            }
            metadata.put("creationTimestamp", Instant.now().toString());
        }
        objects.put(key, object);
        events.add(new Event(revision, before == null ? "ADDED" : "MODIFIED", collection, object.deepCopy()));
        objects.notifyAll();
        return object;
    }

    private void delete(String path) {
        ObjectNode gone = objects.remove(path);
        if (gone != null) {
            events.add(new Event(++revision, "DELETED", parent(path), gone));
            objects.notifyAll();
        }
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.properties().forEach(field -> {
            if (field.getValue().isNull()) {
                target.remove(field.getKey());
            } else if (field.getValue() instanceof ObjectNode inner) {
                if (!(target.get(field.getKey()) instanceof ObjectNode)) {
                    target.putObject(field.getKey());
                }
                merge((ObjectNode) target.get(field.getKey()), inner);
            } else {
                target.set(field.getKey(), field.getValue());
            }
        });
    }

    private static ObjectNode onlyMetadata(ObjectNode object) {
        ObjectNode partial = MAPPER.createObjectNode();
        partial.put("kind", "PartialObjectMetadata");
        partial.put("apiVersion", "meta.k8s.io/v1");
        partial.set("metadata", object.path("metadata"));
        return partial;
    }

    /** {@code /api/v1/pods} is the collection of every {@code /api/v1/namespaces/NS/pods}. */
    private static boolean matchesPath(String wanted, String collection) {
        return collection.equals(wanted)
                || collection.replaceFirst("/namespaces/[^/]+/", "/").equals(wanted);
    }

    private static boolean isCollection(String path) {
        String rest = path.startsWith("/api/v1/")
                ? path.substring("/api/v1/".length())
                : path.replaceFirst("/apis/[^/]+/[^/]+/", "");
        long slashes = rest.chars().filter(c -> c == '/').count();
        return slashes == 0 || (rest.startsWith("namespaces/") && slashes == 2);
    }

    private static boolean selected(ObjectNode object, Map<String, String> query) {
        String selector = query.getOrDefault("labelSelector", "");
        for (String requirement : selector.isEmpty() ? new String[0] : selector.split(",")) {
            String[] parts = requirement.split("=", 2);
            var label = object.path("metadata").path("labels").path(parts[0]);
            if (parts.length == 1 ? label.isMissingNode() : !label.asText().equals(parts[1])) {
                return false;
            }
        }
        return true;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>(new HashMap<>());
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            query.put(
                    URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static void status(HttpExchange exchange, int code, String reason) throws IOException {
        ObjectNode status = MAPPER.createObjectNode();
        status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
        status.put("reason", reason).put("code", code).put("message", reason + " by the test");
        send(exchange, code, status);
    }

    private static void send(HttpExchange exchange, int code, ObjectNode body) throws IOException {
        byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
