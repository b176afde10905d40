package dev.breakwater.controller.kube;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.kubernetes.client.informer.ListerWatcher;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Watchable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists in pages of 500, each parsed while it arrives, and watches.
 *
 * <p>The revision that the reflector proposes for a list ({@code "0"}) is not passed on: with it the API server answers from its cache, ignores the
 * limit and sends everything at once.
 */
final class PagedListerWatcher<T extends View> implements ListerWatcher<T, ViewList<T>> {
    private static final String PAGE_SIZE = "500";

    private final KubeApi api;
    private final Gson gson;
    private final Class<T> type;
    private final Resource resource;
    private final boolean metadataOnly;
    private final Map<String, String> query;
    private final Reception reception;

    PagedListerWatcher(
            KubeApi api,
            Gson gson,
            Class<T> type,
            Resource resource,
            boolean metadataOnly,
            Map<String, String> query,
            Reception reception) {
        this.api = api;
        this.gson = gson;
        this.type = type;
        this.resource = resource;
        this.metadataOnly = metadataOnly;
        this.query = Map.copyOf(query);
        this.reception = reception;
    }

    @Override
    public ViewList<T> list(CallGeneratorParams ignored) throws ApiException {
        reception.breathe();
        List<T> items = new ArrayList<>();
        Page page = new Page("", "");
        try {
            do {
                Map<String, String> parameters = new HashMap<>(query);
                parameters.put("limit", PAGE_SIZE);
                if (!page.next().isEmpty()) {
                    parameters.put("continue", page.next());
                }
                page = api.get(
                                resource.all(),
                                parameters,
                                metadataOnly ? KubeApi.METADATA_ONLY_LIST : KubeApi.JSON,
                                body -> read(body, items))
                        .orElseThrow(() -> new ApiException(404, resource.plural() + " are not served"));
                reception.beat();
            } while (!page.next().isEmpty());
        } catch (ApiRefusal refusal) {
            throw new ApiException(refusal.getMessage(), refusal, refusal.code(), null);
        } catch (IOException | JsonParseException e) {
            throw new ApiException(e);
        }
        return new ViewList<>(resource, page.resourceVersion(), items);
    }

    @Override
    public Watchable<T> watch(CallGeneratorParams params) throws ApiException {
        reception.breathe();
        Map<String, String> parameters = new HashMap<>(query);
        parameters.put("watch", "true");
        parameters.put("allowWatchBookmarks", "true");
        parameters.put("resourceVersion", params.resourceVersion);
        if (params.timeoutSeconds != null) {
            parameters.put("timeoutSeconds", params.timeoutSeconds.toString());
        }
        try {
            WatchLines<T> lines = new WatchLines<>(
                    api.openWatch(resource.all(), parameters, metadataOnly ? KubeApi.METADATA_ONLY : KubeApi.JSON),
                    gson,
                    type,
                    reception);
            reception.opened();
            return lines;
        } catch (ApiRefusal refusal) {
            throw new ApiException(refusal.getMessage(), refusal, refusal.code(), null);
        } catch (IOException e) {
            throw new ApiException(e);
        }
    }

    private record Page(String resourceVersion, String next) {}

    private Page read(InputStream body, List<T> items) throws IOException {
        int before = items.size();
        try (JsonReader in = new JsonReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String resourceVersion = "";
            String next = "";
            in.beginObject();
            while (in.hasNext()) {
                switch (in.nextName()) {
                    case "metadata" -> {
                        in.beginObject();
                        while (in.hasNext()) {
                            switch (in.nextName()) {
                                case "resourceVersion" -> resourceVersion = in.nextString();
                                case "continue" -> next = in.nextString();
                                default -> in.skipValue();
                            }
                        }
                        in.endObject();
                    }
                    case "items" -> {
                        if (in.peek() == JsonToken.NULL) {
                            in.nextNull();
                            break;
                        }
                        in.beginArray();
                        while (in.hasNext()) {
                            T item = gson.fromJson(in, type);
                            // What has no name would end the informer, and every other object with it.
                            if (item != null && item.metadata() != null) {
                                items.add(item);
                            }
                        }
                        in.endArray();
                    }
                    default -> in.skipValue();
                }
            }
            in.endObject();
            return new Page(resourceVersion, next);
        } catch (IOException | JsonParseException e) {
            // The page is asked for again; what was read of it must not be there twice.
            items.subList(before, items.size()).clear();
            throw e;
        }
    }
}
