package dev.breakwater.apiserver.watch;

import dev.breakwater.apiserver.answer.AnswerBudget;
import dev.breakwater.apiserver.answer.Answers;
import dev.breakwater.apiserver.answer.ItemWriter;
import dev.breakwater.apiserver.answer.Reply;
import dev.breakwater.apiserver.answer.Shown;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.apiserver.status.StatusBody;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.table.ColumnDefinitions;
import dev.breakwater.apiserver.table.IncludeObject;
import dev.breakwater.storage.segment.PlainSplice;
import dev.breakwater.storage.segment.ZlibPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** Writes the events of one watch, one JSON document to a line. */
final class EventWriter {
    /** What an event has around its object, about. */
    private static final int OF_EVENT = 128;

    /** The definitions of the columns, and a row. */
    private static final int OF_TABLE = 4096;

    private static final byte[] CLOSING = {'}', '\n'};

    private final View view;
    private final Reply reply;
    private final ItemWriter items;
    private final InstantSource clock;
    private final ZlibPool pool;
    private final SharedEvents shared;
    private final Answers answers;
    private final BooleanSupplier gone;
    private boolean columnsSent;

    /** @param gone whether the client left */
    EventWriter(
            View view,
            Reply reply,
            InstantSource clock,
            ZlibPool pool,
            SharedEvents shared,
            Answers answers,
            BooleanSupplier gone) {
        this.view = view;
        this.reply = reply;
        this.items = new ItemWriter(view, clock, reply.splice());
        this.clock = clock;
        this.pool = pool;
        this.shared = shared;
        this.answers = answers;
        this.gone = gone;
    }

    /**
     * Writes an event that other watches are likely to write too.
     *
     * @param type {@code ADDED}, {@code MODIFIED} or {@code DELETED}
     */
    void change(String type, Shown shown) throws IOException {
        boolean plainObject = view.form().shape() == Shape.OBJECT && view.form().isCompactJson();
        if (plainObject && shown.length() <= SharedEvents.LARGEST) {
            try (SharedEvents.Use event =
                    shared.use(type, shown.revision(), (int) shown.length() + OF_EVENT, () -> bytes(type, shown))) {
                if (event != null) {
                    reply.splice().text(event.bytes());
                    return;
                }
            }
        }
        long expected = view.form().shape() == Shape.OBJECT ? shown.length() : OF_TABLE;
        try (AnswerBudget.Share share = answers.event(expected, gone)) {
            // Without a share nobody waits for the event any more.
            if (share != null) {
                object(type, shown);
                reply.push();
            }
        }
    }

    private byte[] bytes(String type, Shown shown) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) shown.length() + OF_EVENT);
        try (PlainSplice splice = new PlainSplice(pool, bytes)) {
            splice.text(opening(type));
            new ItemWriter(view, clock, splice).item(shown);
            splice.text(CLOSING);
        }
        return bytes.toByteArray();
    }

    private static byte[] opening(String type) {
        return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes an event that is this watch's alone, for which it has a share: of its snapshot, or one that others do not write too.
     *
     * @param type {@code ADDED}, {@code MODIFIED} or {@code DELETED}
     */
    void object(String type, Shown shown) throws IOException {
        reply.splice().text(opening(type));
        if (view.form().shape() == Shape.TABLE) {
            openTable(shown.revision());
            items.item(shown);
            reply.text("]}");
        } else {
            items.item(shown);
        }
        reply.splice().text(CLOSING);
    }

    /**
     * Tells that everything up to {@code revision} was sent.
     *
     * @param endOfSnapshot whether it also tells that the initial events are through
     */
    void bookmark(long revision, boolean endOfSnapshot) throws IOException {
        reply.text("{\"type\":\"BOOKMARK\",\"object\":");
        if (view.form().shape() == Shape.TABLE) {
            openTable(revision);
            reply.text("{\"cells\":[\"\"" + ",null".repeat(view.kind().columns().size()) + "]"
                    + (view.includeObject() == IncludeObject.NONE
                            ? ""
                            : ",\"object\":" + bookmarkObject(revision, endOfSnapshot))
                    + "}]}");
        } else {
            reply.text(bookmarkObject(revision, endOfSnapshot));
        }
        reply.text("}\n");
    }

    /** The last event of a watch that cannot go on; a Status in every shape. */
    void error(StatusException failure) throws IOException {
        reply.text("{\"type\":\"ERROR\",\"object\":" + StatusBody.of(failure) + "}\n");
    }

    private void openTable(long revision) throws IOException {
        reply.text("{\"kind\":\"Table\",\"apiVersion\":\"" + view.form().metaVersion()
                + "\",\"metadata\":{\"resourceVersion\":\"" + revision + "\"},\"columnDefinitions\":");
        if (columnsSent) {
            reply.text("null");
        } else {
            reply.splice().text(ColumnDefinitions.of(view.kind()));
            columnsSent = true;
        }
        reply.text(",\"rows\":[");
    }

    private String bookmarkObject(long revision, boolean endOfSnapshot) {
        ReportKind kind = view.kind();
        boolean whole = view.form().shape() == Shape.OBJECT
                || view.form().shape() == Shape.TABLE && view.includeObject() == IncludeObject.OBJECT;
        String annotation = endOfSnapshot ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        return "{\"kind\":\"" + (whole ? kind.kind() : "PartialObjectMetadata") + "\",\"apiVersion\":\""
                + (whole ? kind.apiVersion() : view.form().metaVersion())
                + "\",\"metadata\":{\"resourceVersion\":\"" + revision + "\",\"creationTimestamp\":null" + annotation
                + "}}";
    }
}
