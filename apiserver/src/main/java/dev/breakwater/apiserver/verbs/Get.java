package dev.breakwater.apiserver.verbs;

import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.Entry;
import java.io.IOException;

/** GET of one object (k8s-wire 4.2). */
public final class Get {
    private final Registry registry;

    public Get(Registry registry) {
        this.registry = registry;
    }

    public void serve(Call call) throws IOException {
        View view = call.view(Subject.OBJECT);
        Revisions.await(registry.store(), Revisions.parse(call.query().text("resourceVersion")));
        Entry entry = registry.store().get(call.kind().id(), call.key(), view.projection());
        if (entry == null) {
            throw Statuses.notFound(call.kind(), call.name());
        }
        registry.answer().show(call.request(), view, Shown.of(entry, registry.store()));
    }
}
