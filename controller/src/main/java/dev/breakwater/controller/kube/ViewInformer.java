package dev.breakwater.controller.kube;

import com.google.gson.Gson;
import dev.breakwater.controller.loop.Loops;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.cache.Cache;
import io.kubernetes.client.informer.impl.DefaultSharedIndexInformer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A local copy of a resource, kept up to date by a watch: client-java's informer over our own paged lister.
 *
 * <p>Threading: the informer's own threads, begun by {@link #start} and ended by {@link #close}. The change listener is called on one of them, one
 * call at a time, and must not block. Reads may come from any thread.
 */
public final class ViewInformer<T extends View> implements AutoCloseable {
    private static final Duration STOPPING = Duration.ofSeconds(5);

    private final DefaultSharedIndexInformer<T, ViewList<T>> informer;
    private final Resource resource;
    private final Reception reception;
    private @Nullable Thread runner;

    /**
     * @param loops told of its signs of life
     * @param query for every list and watch, for example a label selector
     * @param indexes names of indexes and the values an object is found under
     */
    public ViewInformer(
            KubeApi api,
            Loops loops,
            Gson gson,
            Class<T> type,
            Resource resource,
            boolean metadataOnly,
            Map<String, String> query,
            Map<String, Function<T, List<String>>> indexes) {
        this.resource = resource;
        this.reception = new Reception(loops, resource);
        this.informer = new DefaultSharedIndexInformer<>(
                type,
                new PagedListerWatcher<>(api, gson, type, resource, metadataOnly, query, reception),
                0L,
                new Cache<>(),
                (ignored, failure) -> reception.failed(failure));
        informer.addIndexers(indexes);
    }

    /** Calls back with each object that came, changed or went; to be set before {@link #start}. */
    public void onChange(Consumer<T> listener) {
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(T added) {
                listener.accept(added);
            }

            @Override
            public void onUpdate(T before, T after) {
                listener.accept(after);
            }

            @Override
            public void onDelete(T last, boolean stateUnknown) {
                listener.accept(last);
            }
        });
    }

    public void start() {
        reception.begin();
        runner = Thread.ofVirtual().name("informer-" + resource.plural()).start(informer::run);
    }

    public boolean hasSynced() {
        return informer.hasSynced();
    }

    public Resource resource() {
        return resource;
    }

    public @Nullable T get(String namespace, String name) {
        return informer.getIndexer().getByKey(namespace.isEmpty() ? name : namespace + "/" + name) instanceof View view
                ? cast(view)
                : null;
    }

    @SuppressWarnings("unchecked")
    public List<T> byIndex(String index, String value) {
        return informer.getIndexer().byIndex(index, value);
    }

    @SuppressWarnings("unchecked")
    public List<T> all() {
        return informer.getIndexer().list();
    }

    @Override
    public void close() {
        reception.close();
        informer.stop();
        if (runner != null) {
            runner.interrupt();
            try {
                runner.join(STOPPING);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private T cast(View view) {
        return (T) view;
    }
}
