package dev.breakwater.cli.rehearsal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import javax.net.ssl.SSLContext;

/**
 * A client of the rehearsed server on the JDK's own HTTP client, which the server has anyway: what is loaded here is in the server's cache, and every
 * class in it costs each start.
 */
final class ServerClient implements AutoCloseable {
    static final String JSON = "application/json";

    private static final JsonMapper MAPPER = new JsonMapper();

    private final URI server;
    private final HttpClient http;

    ServerClient(int port, SSLContext tls) {
        this.server = URI.create("https://127.0.0.1:" + port);
        this.http = HttpClient.newBuilder().sslContext(tls).build();
    }

    /** As informers and kubectl read: compressed, and thrown away. */
    void read(String path, String accept) throws IOException {
        HttpRequest request =
                request(path, accept).header("Accept-Encoding", "gzip").GET().build();
        expect(request, send(request, BodyHandlers.discarding()));
    }

    JsonNode json(String path, String accept) throws IOException {
        HttpRequest request = request(path, accept).GET().build();
        HttpResponse<byte[]> answer = send(request, BodyHandlers.ofByteArray());
        expect(request, answer);
        return MAPPER.readTree(answer.body());
    }

    void write(String method, String path, String contentType, byte[] body) throws IOException {
        HttpRequest request = request(path, JSON)
                .header("Content-Type", contentType)
                .method(method, BodyPublishers.ofByteArray(body))
                .build();
        expect(request, send(request, BodyHandlers.discarding()));
    }

    /** An open watch; closing it ends it. */
    InputStream watch(String path) throws IOException {
        HttpRequest request =
                request(path, JSON).header("Accept-Encoding", "gzip").GET().build();
        HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream());
        expect(request, answer);
        return answer.body();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path, String accept) {
        return HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + Scene.TOKEN)
                .header("Accept", accept);
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return http.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void expect(HttpRequest request, HttpResponse<?> answer) throws IOException {
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(request.method() + " " + request.uri() + " was answered with " + answer.statusCode());
        }
    }
}
