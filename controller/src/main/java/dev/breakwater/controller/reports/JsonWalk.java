package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * Walks through JSON of others without believing its shape: a value that is null, or not of the type that was expected, is passed over as one value, and
 * what follows it is not taken for its content.
 */
final class JsonWalk {
    /**
     * The size of a result is limited where it arrives ({@code jobs.maxResultBytes}). Within that, a text or a depth that nobody needs must not cost the
     * findings beside it.
     */
    private static final StreamReadConstraints BOUNDED_ELSEWHERE = StreamReadConstraints.builder()
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(10_000_000)
            .maxNumberLength(100_000)
            .maxNestingDepth(100_000)
            .build();

    static final JsonMapper MAPPER = mapper();

    private JsonWalk() {}

    /** Takes a member, the parser being on its value, and leaves the parser on the value's end. */
    @FunctionalInterface
    interface Member {
        void take(String name) throws IOException;
    }

    /** Takes an element, the parser being on it, and leaves the parser on its end. */
    @FunctionalInterface
    interface Element {
        void take(int index) throws IOException;
    }

    /** Whether the parser was on an object; another value is passed over. */
    static boolean members(JsonParser in, Member member) throws IOException {
        if (in.currentToken() != JsonToken.START_OBJECT) {
            in.skipChildren();
            return false;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            in.nextToken();
            member.take(name);
        }
        return true;
    }

    /** Whether the parser was on an array; another value is passed over. */
    static boolean elements(JsonParser in, Element element) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            in.skipChildren();
            return false;
        }
        for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
            element.take(i);
        }
        return true;
    }

    /** The scalar that the parser is on, as text; empty for null, and for an object or array, which is passed over. */
    static String text(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            return in.getText();
        }
        in.skipChildren();
        return "";
    }

    /** A scalar member as text; empty where it is missing, null, or no scalar. {@code JsonNode.asText} would write the word null. */
    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isValueNode() && !value.isNull() ? value.asText() : "";
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = new JsonMapper();
        mapper.getFactory().setStreamReadConstraints(BOUNDED_ELSEWHERE);
        return mapper;
    }
}
