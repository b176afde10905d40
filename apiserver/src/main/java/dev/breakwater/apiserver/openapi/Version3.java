package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.openapi.Operations.Operation;
import dev.breakwater.apiserver.openapi.Operations.Parameter;
import dev.breakwater.apiserver.openapi.Operations.PathEntry;
import java.util.List;

/** The document of one group and version in OpenAPI 3.0. */
final class Version3 {
    private static final String POINTER = "#/components/schemas/";

    private Version3() {}

    static ObjectNode of(List<ReportKind> kinds, String version) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("openapi", "3.0.0");
        document.putObject("info").put("title", "Breakwater").put("version", version);
        ObjectNode paths = document.putObject("paths");
        Operations.of(kinds).forEach((path, entry) -> paths.set(path, path(entry)));
        document.putObject("components").set("schemas", Schemas.referring(Schemas.of(kinds), POINTER));
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
        ArrayNode parameters = node.putArray("parameters");
        operation.parameters().forEach(parameter -> parameters.add(parameter(parameter, "query")));
        if (operation.bodySchema() != null) {
            ObjectNode body = node.putObject("requestBody");
            if (!operation.method().equals("delete")) {
                body.put("required", true);
            }
            ObjectNode content = body.putObject("content");
            for (String type : operation.bodyTypes()) {
                content.putObject(type)
                        .set("schema", Schemas.referring(Schemas.reference(operation.bodySchema()), POINTER));
            }
        }
        ObjectNode responses = node.putObject("responses");
        answer(responses, "200", "OK", operation);
        if (operation.creates()) {
            answer(responses, "201", "Created", operation);
        }
        responses.putObject("401").put("description", "Unauthorized");
        return node;
    }

    private static void answer(ObjectNode responses, String code, String description, Operation operation) {
        ObjectNode content =
                responses.putObject(code).put("description", description).putObject("content");
        for (String type : List.of("application/json", "application/yaml")) {
            content.putObject(type)
                    .set("schema", Schemas.referring(Schemas.reference(operation.answerSchema()), POINTER));
        }
    }

    private static ObjectNode parameter(Parameter parameter, String in) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", parameter.name()).put("in", in).put("description", parameter.description());
        if (in.equals("path")) {
            node.put("required", true);
        }
        node.putObject("schema").put("type", parameter.type()).put("uniqueItems", true);
        return node;
    }
}
