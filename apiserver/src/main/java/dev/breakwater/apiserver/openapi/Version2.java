package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.openapi.Operations.Operation;
import dev.breakwater.apiserver.openapi.Operations.Parameter;
import dev.breakwater.apiserver.openapi.Operations.PathEntry;
import java.util.List;

/**
 * All groups in OpenAPI 2. Definitions are taken over by kube-apiserver only as far as a path refers to them, so the paths are there
 * in full (k8s-wire 1.7).
 */
final class Version2 {
    private static final String POINTER = "#/definitions/";
    private static final List<String> TYPES = List.of("application/json", "application/yaml");

    private Version2() {}

    static ObjectNode of(List<ReportKind> kinds, String version) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("swagger", "2.0");
        document.putObject("info").put("title", "Breakwater").put("version", version);
        ObjectNode paths = document.putObject("paths");
        Operations.of(kinds).forEach((path, entry) -> paths.set(path, path(entry)));
        document.set("definitions", plain(Schemas.referring(Schemas.of(kinds), POINTER)));
        return document;
    }

    private static ObjectNode path(PathEntry entry) {
        ObjectNode path = JsonNodeFactory.instance.objectNode();
        entry.operations().forEach(operation -> path.set(operation.method(), operation(operation)));
        ArrayNode parameters = path.putArray("parameters");
        entry.pathParameters().forEach(parameter -> parameters.add(parameter(parameter, "path")));
        return path;
    }

    private static ObjectNode operation(Operation operation) {
        ObjectNode node = Operations.header(operation);
        strings(node.putArray("consumes"), operation.bodyTypes().isEmpty() ? List.of("*/*") : operation.bodyTypes());
        strings(node.putArray("produces"), TYPES);
        strings(node.putArray("schemes"), List.of("https"));
        ArrayNode parameters = node.putArray("parameters");
        if (operation.bodySchema() != null) {
            ObjectNode body = parameters.addObject();
            body.put("name", "body").put("in", "body");
            if (!operation.method().equals("delete")) {
                body.put("required", true);
            }
            body.set("schema", Schemas.referring(Schemas.reference(operation.bodySchema()), POINTER));
        }
        operation.parameters().forEach(parameter -> parameters.add(parameter(parameter, "query")));
        ObjectNode responses = node.putObject("responses");
        answer(responses, "200", "OK", operation);
        if (operation.creates()) {
            answer(responses, "201", "Created", operation);
        }
        responses.putObject("401").put("description", "Unauthorized");
        return node;
    }

    private static void answer(ObjectNode responses, String code, String description, Operation operation) {
        responses
                .putObject(code)
                .put("description", description)
                .set("schema", Schemas.referring(Schemas.reference(operation.answerSchema()), POINTER));
    }

    private static ObjectNode parameter(Parameter parameter, String in) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", parameter.name()).put("in", in).put("description", parameter.description());
        if (in.equals("path")) {
            node.put("required", true);
        }
        return node.put("type", parameter.type()).put("uniqueItems", true);
    }

    /** {@code allOf} around a single reference is a form of version 3; here the reference stands beside its description. */
    private static JsonNode plain(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(plain(field.getValue())));
            if (object.path("allOf").size() == 1) {
                JsonNode reference = object.remove("allOf").get(0).get("$ref");
                object.set("$ref", reference);
            }
        }
        if (node instanceof ArrayNode array) {
            array.forEach(Version2::plain);
        }
        return node;
    }

    private static void strings(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
