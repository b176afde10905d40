package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.kube.KubeApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Bodies of requests and answers. */
final class Json {
    static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private Json() {}

    static ObjectNode object(InputStream body) throws IOException {
        if (MAPPER.readTree(body) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("the API server answered with something that is no object");
    }

    /** The same for the same content, whatever the order of keys. */
    static String text(ObjectNode object) {
        try {
            return SORTED.writeValueAsString(MAPPER.treeToValue(object, Object.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static KubeApi.Body body(ObjectNode object) {
        byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
        return out -> out.write(bytes);
    }
}
