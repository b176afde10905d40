package dev.breakwater.controller.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.breakwater.controller.loop.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * {@code /healthz}, {@code /readyz} and {@code /metrics} over plain HTTP. Healthy is a process whose loops all go round; which do not, the answer says,
 * and with {@code ?verbose} what each of them does.
 *
 * <p>Threading: the JDK's server with a virtual thread per request.
 */
public final class HealthServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Gauge> gauges = new LinkedHashMap<>();

    private record Gauge(String help, LongSupplier value) {}

    /**
     * @param port 0 for a free one
     * @throws IOException in words, where it cannot be listened on
     */
    public HealthServer(int port, BooleanSupplier ready, Loops loops) throws IOException {
        server = listening(port);
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> tellHealth(exchange, loops));
        server.createContext(
                "/readyz",
                exchange -> answer(
                        exchange, ready.getAsBoolean() ? 200 : 503, ready.getAsBoolean() ? "ok\n" : "not ready\n"));
        server.createContext("/metrics", exchange -> answer(exchange, 200, metrics()));
    }

    /** A number for Prometheus; to be added before {@link #start}. */
    public void gauge(String name, String help, LongSupplier value) {
        gauges.put(name, new Gauge(help, value));
    }

    public void start() {
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static HttpServer listening(int port) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(port), 16);
        } catch (IOException e) {
            throw new IOException("port " + port + " of the probes cannot be listened on: " + e.getMessage(), e);
        }
    }

    private static void tellHealth(HttpExchange exchange, Loops loops) throws IOException {
        List<String> stuck = loops.stuck();
        String text = stuck.isEmpty() ? "ok\n" : String.join("\n", stuck) + "\n";
        if ("verbose".equals(exchange.getRequestURI().getQuery())) {
            text += String.join("\n", loops.standing()) + "\n";
        }
        answer(exchange, stuck.isEmpty() ? 200 : 503, text);
    }

    private String metrics() {
        StringBuilder text = new StringBuilder();
        gauges.forEach((name, gauge) -> text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(gauge.help())
                .append("\n# TYPE ")
                .append(name)
                .append(" gauge\n")
                .append(name)
                .append(' ')
                .append(gauge.value().getAsLong())
                .append('\n'));
        return text.toString();
    }

    private static void answer(HttpExchange exchange, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
