package dev.breakwater.cli.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Objects of a JSON text: one after the other, in an array, or the items of a List, which are handed on one by one as they are read. */
final class JsonObjects {
    private final String file;
    private final Consumer<Manifest> each;
    private final ObjectMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    JsonObjects(String file, Consumer<Manifest> each) {
        this.file = file;
        this.each = each;
    }

    void read(Reader text) throws IOException {
        try (JsonParser parser = json.getFactory().createParser(text)) {
            while (parser.nextToken() != null) {
                value(parser);
            }
        }
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
            throw new UnreadableManifest(
                    Manifests.at(file, line) + "expected a Kubernetes object, but found " + parser.getText() + ".");
        }
    }

    private void object(JsonParser parser, int line) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        boolean list = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            JsonToken value = parser.nextToken();
            if (key.equals("items") && value == JsonToken.START_ARRAY) {
                list = true;
                items(parser, object);
            } else {
                object.put(key, json.readValue(parser, Object.class));
            }
        }
        if (!list) {
            each.accept(new Manifest(object, file, line));
        }
    }

    /** What kubectl and the API server give for many objects. Items of a PodList need not say that they are Pods. */
    private void items(JsonParser parser, Map<String, Object> list) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            int line = parser.currentTokenLocation().getLineNr();
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw new UnreadableManifest(Manifests.at(file, line) + "an item of a List must be an object.");
            }
            Map<String, Object> item = json.readValue(parser, new com.fasterxml.jackson.core.type.TypeReference<>() {});
            each.accept(new Manifest(Lists.typed(item, list), file, line));
        }
    }
}
