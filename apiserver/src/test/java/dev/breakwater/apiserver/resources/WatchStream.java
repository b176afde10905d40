package dev.breakwater.apiserver.resources;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The events of one watch, read on a thread of its own. */
public final class WatchStream implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    public final HttpResponse<InputStream> response;
    private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final Thread reader;

    WatchStream(HttpResponse<InputStream> response) {
        this.response = response;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                events.add(Api.read(line));
            }
        } catch (IOException | UncheckedIOException e) {
            failure.set(new IOException(e));
        }
    }

    /** The next event. */
    public JsonNode next() {
        try {
            JsonNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event came" + (reader.isAlive() ? "" : ", the watch has ended"));
            }
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next event as {@code TYPE name}. */
    public String brief() {
        JsonNode event = next();
        return event.path("type").asText() + " "
                + event.at("/object/metadata/name").asText();
    }

    /** Waits for the clean end of the stream; any event on the way is a failure. */
    public void expectEnd() {
        try {
            if (!reader.join(java.time.Duration.ofSeconds(PATIENCE_SECONDS))) {
                throw new AssertionError("the watch goes on");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        IOException broken = failure.get();
        if (broken != null) {
            throw new AssertionError("the watch broke off", broken);
        }
        if (!events.isEmpty()) {
            throw new AssertionError("an event came: " + events.peek());
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
