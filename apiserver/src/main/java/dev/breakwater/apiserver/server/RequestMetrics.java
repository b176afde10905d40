package dev.breakwater.apiserver.server;

import dev.breakwater.apiserver.fairness.Fairness;
import dev.breakwater.apiserver.request.Target;
import dev.breakwater.apiserver.request.User;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests by verb, resource and code, and answers {@code /metrics} as Prometheus text. Resources that are not served count
 * under one name: a client that makes names up must not make series up.
 *
 * <p>Threading: safe for any number of threads.
 */
public final class RequestMetrics implements PathExchange {
    private record Key(String verb, String resource, int code) {}

    private record Tally(LongAdder requests, LongAdder nanos) {}

    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();
    private final Set<String> resources;
    private final Fairness fairness;

    /** @param resources plural names that are served */
    public RequestMetrics(Set<String> resources, Fairness fairness) {
        this.resources = Set.copyOf(resources);
        this.fairness = fairness;
    }

    void count(@Nullable Target target, int code, long nanos) {
        Tally tally = tallies.computeIfAbsent(key(target, code), k -> new Tally(new LongAdder(), new LongAdder()));
        tally.requests().increment();
        tally.nanos().add(nanos);
    }

    private Key key(@Nullable Target target, int code) {
        if (target instanceof Target.Resource resource) {
            boolean served = resources.contains(resource.resource());
            String verb = resource.verb().isEmpty() ? "other" : resource.verb();
            return new Key(verb, served ? resource.resource() : "other", code);
        }
        return new Key("path", "", code);
    }

    @Override
    public boolean knows(String path) {
        return path.equals("/metrics");
    }

    @Override
    public void serve(String path, User user, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        StringBuilder text = new StringBuilder();
        family(
                text,
                "breakwater_apiserver_requests_total",
                "counter",
                "Requests answered, by verb, resource and code.");
        sorted().forEach((labels, tally) -> sample(
                text,
                "breakwater_apiserver_requests_total",
                labels,
                Long.toString(tally.requests().sum())));
        String duration = "breakwater_apiserver_request_duration_seconds";
        family(text, duration, "summary", "Time from the first header to the end of the answer.");
        sorted().forEach((labels, tally) -> {
            sample(text, duration + "_sum", labels, seconds(tally.nanos().sum()));
            sample(
                    text,
                    duration + "_count",
                    labels,
                    Long.toString(tally.requests().sum()));
        });
        turns(text);
        var memory = ManagementFactory.getMemoryMXBean();
        family(text, "jvm_memory_used_bytes", "gauge", "Memory in use by the Java virtual machine.");
        sample(
                text,
                "jvm_memory_used_bytes",
                "{area=\"heap\"}",
                "" + memory.getHeapMemoryUsage().getUsed());
        sample(
                text,
                "jvm_memory_used_bytes",
                "{area=\"nonheap\"}",
                "" + memory.getNonHeapMemoryUsage().getUsed());
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/plain; version=0.0.4; charset=utf-8");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private void turns(StringBuilder text) {
        String running = "breakwater_apiserver_turns_running";
        String waiting = "breakwater_apiserver_turns_waiting";
        String refused = "breakwater_apiserver_turns_refused_total";
        family(text, running, "gauge", "Requests at work, by level of users and class of work.");
        fairness.report((level, work, now, later, never) -> sample(text, running, turn(level, work), "" + now));
        family(text, waiting, "gauge", "Requests that wait for their turn.");
        fairness.report((level, work, now, later, never) -> sample(text, waiting, turn(level, work), "" + later));
        family(text, refused, "counter", "Requests that were told to come back.");
        fairness.report((level, work, now, later, never) -> sample(text, refused, turn(level, work), "" + never));
    }

    private static String turn(String level, String work) {
        return "{level=\"" + level + "\",work=\"" + work + "\"}";
    }

    private Map<String, Tally> sorted() {
        Map<String, Tally> sorted = new TreeMap<>();
        tallies.forEach((key, tally) -> sorted.put(
                "{verb=\"%s\",resource=\"%s\",code=\"%d\"}".formatted(key.verb(), key.resource(), key.code()), tally));
        return sorted;
    }

    private static void family(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void sample(StringBuilder text, String name, String labels, String value) {
        text.append(name).append(labels).append(' ').append(value).append('\n');
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / 1e9);
    }
}
