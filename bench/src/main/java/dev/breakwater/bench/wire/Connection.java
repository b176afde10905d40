package dev.breakwater.bench.wire;

import dev.breakwater.bench.workload.Body;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection with a service account's token.
 *
 * <p>Threading: one call at a time, so that the HTTP client never opens a second connection; a watch takes the connection for
 * itself.
 */
public final class Connection implements AutoCloseable {
    private static final Duration LONGEST_CALL = Duration.ofMinutes(5);

    private final Endpoint endpoint;
    private final HttpClient client;

    public Connection(Endpoint endpoint) {
        this.endpoint = endpoint;
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(endpoint.trust())
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** Sends and waits for the last byte of the answer, whatever its status. */
    public Answer send(Call call) {
        HttpRequest request = request(call, true);
        try {
            long start = System.nanoTime();
            HttpResponse<Received> response = client.send(request, _ -> new Received(call.keep()));
            long end = System.nanoTime();
            requireHttp2(response);
            Received body = response.body();
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("content-encoding").orElse("").equals("gzip"),
                    body.kept(),
                    body.bytes(),
                    body.firstByteAt() == 0 ? end - start : body.firstByteAt() - start,
                    end - start);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s %s%s: %s".formatted(call.method(), endpoint.base(), call.path(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Like {@link #send}, and stops the benchmark in words if the answer is not a 2xx: a fast error is not a fast answer. */
    public Answer expect(Call call) {
        Answer answer = send(call);
        if (!answer.succeeded()) {
            throw new IllegalStateException("%s %s%s answered %d: %s"
                    .formatted(call.method(), endpoint.base(), call.path(), answer.status(), answer.words()));
        }
        return answer;
    }

    /** Opens a watch and returns once the server has accepted it. Lines arrive at the subscriber from then on. */
    public void watch(String path, WatchLines lines) {
        HttpRequest request = request(Call.get(path), false);
        client.sendAsync(request, response -> {
                    lines.accepted(response.statusCode());
                    return lines;
                })
                .whenComplete((_, error) -> lines.ended(error));
        lines.awaitAccepted();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest request(Call call, boolean gzip) {
        HttpRequest.Builder request = HttpRequest.newBuilder(endpoint.base().resolve(call.path()))
                .method(call.method(), publisher(call.body()))
                .header("Authorization", "Bearer " + endpoint.token())
                .header("Accept", call.accept())
                .header("User-Agent", "breakwater-bench");
        if (gzip) {
            request.header("Accept-Encoding", "gzip").timeout(LONGEST_CALL);
        }
        if (!call.contentType().isEmpty()) {
            request.header("Content-Type", call.contentType());
        }
        return request.build();
    }

    /** With the length, as every Kubernetes client sends it. */
    private static BodyPublisher publisher(@Nullable Body body) {
        return body == null
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(body.parts()), body.length());
    }

    private void requireHttp2(HttpResponse<?> response) {
        if (response.version() != HttpClient.Version.HTTP_2) {
            throw new IllegalStateException(endpoint.base() + " does not speak HTTP/2, which the benchmark is about");
        }
    }
}
