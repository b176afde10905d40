package dev.breakwater.apiserver.verbs;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.Findings;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.negotiate.BodyType;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.options.WriteOptions.FieldValidation;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.yaml.YamlBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reads bodies of creates and updates, and says in words what is wrong with them. */
final class Bodies {
    private Bodies() {}

    /** Reads the object in the body of {@code call}. Wrong media type, JSON, kind or metadata types are answered here. */
    static Incoming read(Registry registry, Call call) throws IOException {
        HttpServletRequest http = call.request().http();
        ReportKind kind = call.kind();
        BodyType type = BodyType.of(http.getContentType());
        try {
            Incoming incoming = type == BodyType.YAML
                    ? registry.intake().read(call.schema(), YamlBody.toJson(whole(http, YamlBody.LIMIT)))
                    : registry.intake().read(call.schema(), http.getInputStream(), http.getContentLengthLong());
            boolean good = false;
            try {
                checkKind(kind, incoming.head());
                checkMetadataTypes(kind, incoming.findings());
                good = true;
            } finally {
                if (!good) {
                    incoming.close();
                }
            }
            return incoming;
        } catch (MalformedException | IllegalArgumentException e) {
            throw unrecognized(kind, String.valueOf(e.getMessage()));
        }
    }

    /** The whole body, which is known to be small; 413 if it is not. */
    static byte[] whole(HttpServletRequest http, int limit) throws IOException {
        if (http.getContentLengthLong() > limit) {
            throw Statuses.requestEntityTooLarge(limit);
        }
        try (InputStream in = http.getInputStream()) {
            byte[] body = in.readNBytes(limit + 1);
            if (body.length > limit) {
                throw Statuses.requestEntityTooLarge(limit);
            }
            return body;
        }
    }

    /** Refuses, tells or passes over unknown and duplicate fields. */
    static void checkStrict(Call call, WriteOptions options, Findings findings) {
        List<String> found = findings.strict();
        if (found.isEmpty() || options.fieldValidation() == FieldValidation.IGNORE) {
            return;
        }
        if (options.fieldValidation() == FieldValidation.STRICT) {
            throw Statuses.badRequest(
                    call.kind().kind() + " in version " + quoted(call.kind().version())
                            + " cannot be handled as a " + call.kind().kind() + ": strict decoding error: "
                            + String.join(", ", found));
        }
        Warnings.add(call, found);
    }

    static StatusException unrecognized(ReportKind kind, String because) {
        return Statuses.badRequest(
                "the object provided is unrecognized (must be of type " + kind.kind() + "): " + because);
    }

    static void checkKind(ReportKind kind, ObjectNode object) {
        JsonNode apiVersion = object.path("apiVersion");
        JsonNode given = object.path("kind");
        if (given.asText().isEmpty()) {
            throw unrecognized(kind, "Object 'Kind' is missing");
        }
        if (apiVersion.asText().isEmpty()) {
            throw unrecognized(kind, "Object 'apiVersion' is missing");
        }
        if (!apiVersion.asText().equals(kind.apiVersion())) {
            throw Statuses.badRequest("the API version in the data (" + apiVersion.asText()
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        }
        if (!given.asText().equals(kind.kind())) {
            throw Statuses.badRequest("the kind in the data (" + given.asText() + ") does not match the expected kind ("
                    + kind.kind() + ")");
        }
        if (object.has("metadata") && !object.get("metadata").isObject()) {
            throw unrecognized(kind, "metadata is an object");
        }
    }

    /** Metadata is typed: what is of another type cannot be read at all, while a report's fields are validated. */
    static void checkMetadataTypes(ReportKind kind, Findings findings) {
        for (FieldError error : findings.errors()) {
            if (error.field().equals("metadata") || error.field().startsWith("metadata.")) {
                throw Statuses.badRequest(kind.kind() + " in version " + quoted(kind.version())
                        + " cannot be handled as a " + kind.kind() + ": " + error.field() + ": " + error.message());
            }
        }
    }
}
