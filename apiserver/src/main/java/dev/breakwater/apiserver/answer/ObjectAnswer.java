package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.apiserver.request.ResourceRequest;
import dev.breakwater.apiserver.table.ColumnDefinitions;
import java.io.IOException;
import java.time.InstantSource;

/** Answers with one object. */
public final class ObjectAnswer {
    private static final long OF_TABLE = 1024;

    private final Answers answers;
    private final InstantSource clock;

    public ObjectAnswer(Answers answers, InstantSource clock) {
        this.answers = answers;
        this.clock = clock;
    }

    /**
     * Tells of a write, which cannot be refused any more.
     *
     * @param code 200 or 201
     */
    public void send(ResourceRequest request, int code, View view, Shown shown) throws IOException {
        send(request, code, view, shown, true);
    }

    /**
     * Shows an object that was asked for.
     *
     * @throws dev.breakwater.apiserver.status.StatusException 429 when too many answers are in progress
     */
    public void show(ResourceRequest request, View view, Shown shown) throws IOException {
        send(request, 200, view, shown, false);
    }

    private void send(ResourceRequest request, int code, View view, Shown shown, boolean committed) throws IOException {
        boolean table = view.form().shape() == Shape.TABLE;
        long expected = view.form().shape() == Shape.OBJECT ? shown.length() : OF_TABLE;
        boolean inflating = !Reply.gzips(request.http(), view.form(), expected);
        try (Admission admission =
                        answers.object(request.http(), inflating ? expected : expected / 3, inflating, committed);
                Reply reply = Reply.begin(
                        request.http(), request.response(), code, view.form(), answers.pool(), admission, expected)) {
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
