package dev.breakwater.cli.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a JSON text: one after the other, in an array, or the items of a List, which are handed on one by one as they are read. Nobody can say where
 * the next object begins after text that is no JSON, so that ends the reading.
 */
final class JsonObjects {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final String file;
    private final Found found;

    JsonObjects(String file, Found found) {
        this.file = file;
        this.found = found;
    }

    void read(Reader text) throws IOException {
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                value(parser);
            }
        } catch (JsonParseException e) {
            found.unread(new Unread(file, line(e), "this is no valid JSON: " + e.getOriginalMessage() + rest()));
        } catch (JsonProcessingException e) {
            found.unread(new Unread(file, line(e), "this cannot be read as JSON: " + e.getOriginalMessage() + rest()));
        }
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }

    private static String rest() {
        return "; nothing from there on was audited";
    }

    private void value(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                value(parser);
            }
        } else if (parser.currentToken() == JsonToken.START_OBJECT) {
            object(parser, line);
        } else {
            found.unread(new Unread(
                    file, line, "expected a Kubernetes object, but found " + Manifests.brief(parser.getText()) + "."));
        }
    }

    private void object(JsonParser parser, int line) throws IOException {
        Members members = new Members();
        boolean list = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int at = parser.currentTokenLocation().getLineNr();
            JsonToken value = parser.nextToken();
            if (key.equals("items") && value == JsonToken.START_ARRAY) {
                list = true;
                items(parser, members.values);
            } else {
                members.put(key, at, tree(parser));
            }
        }
        if (!list) {
            found.object(new Manifest(members.values, file, line));
        }
    }

    /** What kubectl and the API server give for many objects. Items of a PodList need not say that they are Pods. */
    private void items(JsonParser parser, Map<String, Object> list) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int line = parser.currentTokenLocation().getLineNr();
            if (tree(parser) instanceof Map<?, ?> item) {
                found.object(new Manifest(Lists.typed(item, list), file, line));
            } else {
                found.unread(new Unread(file, line, "an item of a List must be an object."));
            }
        }
    }

    private @Nullable Object tree(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Members members = new Members();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String key = parser.currentName();
                    int at = parser.currentTokenLocation().getLineNr();
                    parser.nextToken();
                    members.put(key, at, tree(parser));
                }
                yield members.values;
            }
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    values.add(tree(parser));
                }
                yield values;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getText();
        };
    }

    /** Of one object; of a key that stands twice the last value, as every reader of Kubernetes takes it. */
    private final class Members {
        final Map<String, Object> values = new LinkedHashMap<>();
        private final Map<String, Integer> lines = new HashMap<>();

        @SuppressWarnings("NullAway") // A null in JSON is a null in the tree.
        void put(String key, int line, @Nullable Object value) {
            Integer first = lines.putIfAbsent(key, line);
            if (first != null && first != TOLD) {
                lines.put(key, TOLD);
                found.unread(new Unread(file, line, Manifests.twice(key, first)));
            }
            values.put(key, value);
        }
    }

    private static final int TOLD = -1;
}
