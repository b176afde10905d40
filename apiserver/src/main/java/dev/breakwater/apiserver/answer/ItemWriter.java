package dev.breakwater.apiserver.answer;

import dev.breakwater.apiserver.answer.Shown.BulkBytes;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.object.StoredForm;
import dev.breakwater.apiserver.table.Cells;
import dev.breakwater.storage.Bulk;
import dev.breakwater.storage.segment.Segment;
import dev.breakwater.storage.segment.Splice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Writes one object in the shape of a view: a few literal bytes around stored segments. One per answer. */
public final class ItemWriter {
    private static final byte[] BRACE = {'}'};

    private final View view;
    private final InstantSource clock;
    private final Splice out;
    private final byte[] closing;
    private final byte[] partialOpening;
    private final ByteBuilder text = new ByteBuilder(256);

    public ItemWriter(View view, InstantSource clock, Splice out) {
        this.view = view;
        this.clock = clock;
        this.out = out;
        this.closing = StoredForm.closing(view.kind()).getBytes(StandardCharsets.US_ASCII);
        this.partialOpening = ("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\""
                        + view.form().metaVersion() + "\",\"metadata\":{")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** An object, its metadata, or a row of a table, as the view says. */
    public void item(Shown shown) throws IOException {
        switch (view.form().shape()) {
            case OBJECT -> object(shown);
            case METADATA -> metadata(shown);
            case TABLE -> row(shown);
        }
    }

    private void object(Shown shown) throws IOException {
        text.setLength(0);
        text.appendAscii("{\"metadata\":{");
        resourceVersion(shown.revision());
        out.text(text.toBytes());
        out.segment(shown.head().meta());
        Segment rest = shown.head().rest();
        if (rest.elsewhere()) {
            chunks(new BulkBytes(rest.crc(), rest.length(), shown.longRest()));
        } else {
            out.segment(rest);
        }
        BulkBytes bulk = shown.bulk();
        if (bulk != null) {
            chunks(bulk);
            out.text(closing);
        }
    }

    private void chunks(BulkBytes bytes) throws IOException {
        try (Bulk.Chunks chunks = bytes.chunks().open()) {
            for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                out.chunk(chunk);
            }
        }
        out.endChunks(bytes.crc(), bytes.length());
    }

    private void metadata(Shown shown) throws IOException {
        text.setLength(0);
        text.append(partialOpening);
        resourceVersion(shown.revision());
        out.text(text.toBytes());
        out.segment(shown.head().meta());
        out.text(BRACE);
    }

    private void row(Shown shown) throws IOException {
        text.setLength(0);
        text.appendAscii("{\"cells\":[");
        Cells.append(text, shown.name(), shown.head().cells(), shown.head().created(), clock.instant());
        text.append(']');
        switch (view.includeObject()) {
            case NONE -> out.text(text.append('}').toBytes());
            case METADATA -> {
                out.text(text.appendAscii(",\"object\":").toBytes());
                metadata(shown);
                out.text(BRACE);
            }
            case OBJECT -> {
                out.text(text.appendAscii(",\"object\":").toBytes());
                object(shown);
                out.text(BRACE);
            }
        }
    }

    private void resourceVersion(long revision) {
        if (revision > 0) {
            text.appendAscii("\"resourceVersion\":\"")
                    .appendAscii(Long.toString(revision))
                    .appendAscii("\",");
        }
    }
}
