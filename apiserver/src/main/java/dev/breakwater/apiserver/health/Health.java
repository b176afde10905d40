package dev.breakwater.apiserver.health;

import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /livez}, {@code /readyz} and the older {@code /healthz}, each with its checks as sub-paths, {@code ?verbose} and
 * {@code ?exclude=} (k8s-wire 7.1).
 *
 * <p>Liveness looks at nothing outside of the process: a database that is down must not restart every replica.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Map<String, List<HealthCheck>> endpoints;

    public Health(List<HealthCheck> liveness, List<HealthCheck> readiness) {
        List<HealthCheck> ready = new ArrayList<>(liveness);
        ready.addAll(readiness);
        endpoints =
                Map.of("livez", List.copyOf(liveness), "readyz", List.copyOf(ready), "healthz", List.copyOf(liveness));
    }

    public boolean knows(String path) {
        return endpoints.containsKey(segments(path)[0]);
    }

    /** @param path one that {@link #knows} */
    public void serve(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String[] segments = segments(path);
        List<HealthCheck> checks = endpoints.getOrDefault(segments[0], List.of());
        if (segments.length == 1) {
            answerAll(segments[0], checks, Query.of(request.getQueryString()), response);
            return;
        }
        Optional<HealthCheck> one = checks.stream()
                .filter(check -> segments.length == 2 && check.name().equals(segments[1]))
                .findFirst();
        boolean well = passes(one.orElseThrow(Statuses::noSuchPath));
        answer(
                response,
                well ? 200 : 500,
                well ? "ok" : "internal server error: " + segments[1] + " failed: reason withheld");
    }

    private static void answerAll(String endpoint, List<HealthCheck> checks, Query query, HttpServletResponse response)
            throws IOException {
        List<String> excluded = query.all("exclude");
        StringBuilder report = new StringBuilder();
        boolean well = true;
        for (HealthCheck check : checks) {
            if (excluded.contains(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (passes(check)) {
                report.append("[+]").append(check.name()).append(" ok\n");
            } else {
                well = false;
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            }
        }
        List<String> unmatched = excluded.stream()
                .filter(name -> checks.stream().noneMatch(check -> check.name().equals(name)))
                .toList();
        if (!unmatched.isEmpty()) {
            report.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(unmatched)
                    .append('\n');
        }
        if (!well) {
            answer(response, 500, report + endpoint + " check failed\n");
        } else if (query.has("verbose")) {
            answer(response, 200, report + endpoint + " check passed\n");
        } else {
            answer(response, 200, "ok");
        }
    }

    private static boolean passes(HealthCheck check) {
        try {
            check.check();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            LOG.warn("health check {} failed: {}", check.name(), e.getMessage());
            return false;
        }
    }

    private static void answer(HttpServletResponse response, int code, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(code);
        response.setContentType("text/plain; charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String[] segments(String path) {
        String trimmed = path.startsWith("/") ? path.substring(1) : path;
        return (trimmed.endsWith("/") ? trimmed.substring(0, trimmed.length() - 1) : trimmed).split("/", -1);
    }
}
