package dev.breakwater.apiserver.list;

import dev.breakwater.apiserver.answer.Reply;
import dev.breakwater.apiserver.answer.View;
import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.apiserver.table.ColumnDefinitions;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What stands around the items of a list. */
final class ListEnvelope {
    private final View view;
    private final Reply reply;
    private boolean first = true;

    ListEnvelope(View view, Reply reply) {
        this.view = view;
        this.reply = reply;
    }

    /**
     * List metadata.
     *
     * @param token {@code null} on the last page
     * @param remaining -1 if it is not told
     */
    record Meta(long revision, @Nullable String token, long remaining) {
        String json() {
            return "{\"resourceVersion\":\"" + revision + "\""
                    + (token == null ? "" : ",\"continue\":\"" + token + "\"")
                    + (token == null || remaining < 0 ? "" : ",\"remainingItemCount\":" + remaining)
                    + "}";
        }
    }

    /** @param meta {@code null} to have it at the end */
    void begin(@Nullable Meta meta) throws IOException {
        Shape shape = view.form().shape();
        String kind = switch (shape) {
            case OBJECT -> view.kind().listKind();
            case METADATA -> "PartialObjectMetadataList";
            case TABLE -> "Table";
        };
        String apiVersion =
                shape == Shape.OBJECT ? view.kind().apiVersion() : view.form().metaVersion();
        reply.text("{\"kind\":\"" + kind + "\",\"apiVersion\":\"" + apiVersion + "\",");
        if (meta != null) {
            reply.text("\"metadata\":" + meta.json() + ",");
        }
        if (shape == Shape.TABLE) {
            reply.text("\"columnDefinitions\":");
            reply.splice().text(ColumnDefinitions.of(view.kind()));
            reply.text(",\"rows\":[");
        } else {
            reply.text("\"items\":[");
        }
    }

    /** Between two items. */
    void separate() throws IOException {
        if (!first) {
            reply.text(",");
        }
        first = false;
    }

    /** @param meta where {@link #begin} had none */
    void end(@Nullable Meta meta) throws IOException {
        reply.text(meta == null ? "]}" : "],\"metadata\":" + meta.json() + "}");
    }
}
