package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.table.ColumnDefinitions;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.IOException;
import java.time.InstantSource;

/** Answers with one object. */
public final class ObjectAnswer {
    private static final long OF_TABLE = 1024;

    private final ZlibPool pool;
    private final InstantSource clock;

    public ObjectAnswer(ZlibPool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** @param code 200 or 201 */
    public void send(ResourceRequest request, int code, View view, Shown shown) throws IOException {
        boolean table = view.form().shape() == Shape.TABLE;
        long expected = view.form().shape() == Shape.OBJECT ? shown.length() : OF_TABLE;
        try (Reply reply = Reply.begin(request.http(), request.response(), code, view.form(), pool, expected)) {
            if (table) {
                reply.text("{\"kind\":\"Table\",\"apiVersion\":\"" + view.form().metaVersion() + "\",\"metadata\":{"
                        + (shown.revision() > 0 ? "\"resourceVersion\":\"" + shown.revision() + "\"" : "")
                        + "},\"columnDefinitions\":");
                reply.splice().text(ColumnDefinitions.of(view.kind()));
                reply.text(",\"rows\":[");
            }
            new ItemWriter(view, clock, reply.splice()).item(shown);
            if (table) {
                reply.text("]}");
            }
            reply.end();
        }
    }
}
