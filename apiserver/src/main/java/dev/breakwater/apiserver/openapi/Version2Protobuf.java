package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Version 2 in protobuf, which is the only form in which kubectl asks for it: it validates what stands in a {@code v1} List by it.
 * Behind a kube-apiserver that one answers; without a cluster there is nobody else.
 *
 * <p>Only what is validated by: the definitions. Field numbers are those of gnostic's {@code OpenAPIv2.proto}.
 */
final class Version2Protobuf {
    /** What is answered with: Go reads no media type with an at sign. */
    static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /** What is asked for: as kubectl does, and by its own name. */
    static final List<String> ACCEPTED =
            List.of("application/com.github.proto-openapi.spec.v2@v1.0+protobuf", MEDIA_TYPE);

    private Version2Protobuf() {}

    /** @param document version 2 as JSON */
    static byte[] of(JsonNode document) {
        ProtobufBytes definitions = new ProtobufBytes();
        document.get("definitions").properties().forEach(each -> definitions.message(1, named(each)));
        ProtobufBytes info = new ProtobufBytes()
                .text(1, document.at("/info/title").asText())
                .text(2, document.at("/info/version").asText());
        return new ProtobufBytes()
                .text(1, document.get("swagger").asText())
                .message(2, info)
                .message(8, new ProtobufBytes())
                .message(9, definitions)
                .toBytes();
    }

    private static ProtobufBytes named(Map.Entry<String, JsonNode> schema) {
        return new ProtobufBytes().text(1, schema.getKey()).message(2, schema(schema.getValue()));
    }

    private static ProtobufBytes schema(JsonNode json) {
        ProtobufBytes schema = new ProtobufBytes();
        json.properties().forEach(field -> put(schema, field.getKey(), field.getValue()));
        return schema;
    }

    private static void put(ProtobufBytes schema, String field, JsonNode value) {
        switch (field) {
            case "$ref" -> schema.text(1, value.asText());
            case "format" -> schema.text(2, value.asText());
            case "title" -> schema.text(3, value.asText());
            case "description" -> schema.text(4, value.asText());
            case "default" -> schema.message(5, any(value));
            case "maximum" -> schema.decimal(7, value.asDouble());
            case "minimum" -> schema.decimal(9, value.asDouble());
            case "maxLength" -> schema.number(11, value.asLong());
            case "minLength" -> schema.number(12, value.asLong());
            case "pattern" -> schema.text(13, value.asText());
            case "maxItems" -> schema.number(14, value.asLong());
            case "minItems" -> schema.number(15, value.asLong());
            case "uniqueItems" -> schema.flag(16, value.asBoolean());
            case "required" -> value.forEach(name -> schema.text(19, name.asText()));
            case "enum" -> value.forEach(one -> schema.message(20, any(one)));
            case "additionalProperties" ->
                schema.message(
                        21,
                        value.isBoolean()
                                ? new ProtobufBytes().flag(2, value.asBoolean())
                                : new ProtobufBytes().message(1, schema(value)));
            case "type" -> schema.message(22, new ProtobufBytes().text(1, value.asText()));
            case "items" -> schema.message(23, new ProtobufBytes().message(1, schema(value)));
            case "properties" -> {
                ProtobufBytes properties = new ProtobufBytes();
                value.properties().forEach(each -> properties.message(1, named(each)));
                schema.message(25, properties);
            }
            default -> {
                if (!field.startsWith("x-")) {
                    throw new IllegalStateException("a schema has a field that protobuf would lose: " + field);
                }
                schema.message(31, new ProtobufBytes().text(1, field).message(2, any(value)));
            }
        }
    }

    /** YAML, of which JSON is a part. */
    private static ProtobufBytes any(JsonNode value) {
        return new ProtobufBytes().text(2, value + "\n");
    }
}
