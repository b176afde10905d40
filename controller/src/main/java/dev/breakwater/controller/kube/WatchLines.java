package dev.breakwater.controller.kube;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.models.V1Status;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Watchable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The events of a watch, one JSON object per line.
 *
 * <p>Threading: read by one thread; {@link #close} may be called by another and ends a blocked read.
 */
final class WatchLines<T extends View> implements Watchable<T> {
    private final KubeApi.OpenWatch watch;
    private final BufferedSource source;
    private final Gson gson;
    private final Class<T> type;
    private final Reception reception;
    private @Nullable String line;

    WatchLines(KubeApi.OpenWatch watch, Gson gson, Class<T> type, Reception reception) {
        this.watch = watch;
        this.source = watch.response().body().source();
        this.gson = gson;
        this.type = type;
        this.reception = reception;
    }

    @Override
    public Iterator<Watch.Response<T>> iterator() {
        return this;
    }

    @Override
    public boolean hasNext() {
        try {
            while (line == null || line.isBlank()) {
                line = source.readUtf8Line();
                if (line == null) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            // A watch ends when the server or the network ends it; the reflector opens the next one.
            return false;
        }
    }

    @Override
    public Watch.Response<T> next() {
        if (!hasNext() || line == null) {
            throw new NoSuchElementException();
        }
        JsonObject event = gson.fromJson(line, JsonObject.class);
        line = null;
        String kind = event.get("type").getAsString();
        if (kind.equals("ERROR")) {
            return new Watch.Response<>(
                    kind, gson.fromJson(event.get("object"), Refused.class).toModel());
        }
        Watch.Response<T> response = new Watch.Response<>(kind, gson.fromJson(event.get("object"), type));
        reception.heard();
        return response;
    }

    @Override
    public void close() {
        watch.close();
    }

    private record Refused(
            @Nullable Integer code,
            @Nullable String reason,
            @Nullable String message) {
        V1Status toModel() {
            return new V1Status().status("Failure").code(code).reason(reason).message(message);
        }
    }
}
