package dev.breakwater.apiserver.verbs;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.call.Call;
import dev.breakwater.apiserver.call.Registry;
import dev.breakwater.apiserver.intake.ByteBudget;
import dev.breakwater.apiserver.intake.Findings;
import dev.breakwater.apiserver.intake.Incoming;
import dev.breakwater.apiserver.intake.Intake;
import dev.breakwater.apiserver.intake.MalformedException;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.json.ByteBuilder;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.managedfields.ManagedFields;
import dev.breakwater.apiserver.managedfields.Writer;
import dev.breakwater.apiserver.negotiate.BodyType;
import dev.breakwater.apiserver.options.WriteOptions;
import dev.breakwater.apiserver.options.WriteOptions.FieldValidation;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.apiserver.verbs.Replacement.Ownership;
import dev.breakwater.apiserver.yaml.YamlBody;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads bodies of creates and updates, and says in words what is wrong with them. */
final class Bodies {
    private static final int BUFFER = 16 * 1024;

    private Bodies() {}

    /** Reads the object in the body of {@code call}. Wrong media type, JSON, kind or metadata types are answered here. */
    static Incoming read(Registry registry, Call call) throws IOException {
        HttpServletRequest http = call.request().http();
        ReportKind kind = call.kind();
        BodyType type = BodyType.of(http.getHeader("Content-Type"));
        try {
            Incoming incoming = type == BodyType.YAML
                    ? yaml(registry, call, new TimedBody(http), http.getContentLengthLong())
                    : registry.intake().read(call.schema(), new TimedBody(http), http.getContentLengthLong());
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

    /** @param length of the body, -1 if it is not known */
    static Incoming yaml(Registry registry, Call call, InputStream body, long length) throws IOException {
        ByteBudget.Share share = registry.intake().open();
        Incoming incoming = null;
        try {
            ByteBuilder json = YamlBody.toJson(body, length, share);
            incoming = registry.intake().read(call.schema(), json, share);
            incoming.held().add(share);
            if (incoming.findings().hasDuplicates()) {
                throw new IllegalArgumentException("error converting YAML to JSON: "
                        + incoming.findings().strict().getLast());
            }
            return incoming;
        } catch (IOException | RuntimeException | Error e) {
            share.close();
            if (incoming != null) {
                incoming.close();
            }
            throw e;
        }
    }

    /**
     * A small body as a tree; {@code null} for an empty one.
     *
     * @throws MalformedException if it is no JSON
     * @throws IllegalArgumentException if it is no YAML
     */
    static @Nullable JsonNode tree(HttpServletRequest http, int limit, ByteBudget.Share share) throws IOException {
        TimedBody in = new TimedBody(http);
        if (http.getContentLengthLong() > limit) {
            throw Statuses.requestEntityTooLarge(limit);
        }
        int first = in.read();
        if (first < 0) {
            return null;
        }
        InputStream body = new SequenceInputStream(new ByteArrayInputStream(new byte[] {(byte) first}), in);
        if (BodyType.of(http.getHeader("Content-Type")) == BodyType.YAML) {
            return Intake.tree(YamlBody.toJson(body, http.getContentLengthLong(), share), share);
        }
        return Intake.tree(whole(body, http.getContentLengthLong(), limit, share), share);
    }

    /** The whole body, which is known to be small; 413 if it is not. */
    static ByteBuilder whole(InputStream in, long expected, int limit, ByteBudget.Share share) throws IOException {
        if (expected > limit) {
            throw Statuses.requestEntityTooLarge(limit);
        }
        int first = (int) Math.clamp(expected, 1024, 64 * 1024);
        share.take(first + BUFFER);
        ByteBuilder body = new ByteBuilder(first, share);
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (body.length() + count > limit) {
                throw Statuses.requestEntityTooLarge(limit);
            }
            body.append(buffer, 0, count);
        }
        share.giveBack(BUFFER);
        return body;
    }

    /** What the schema has against the part of an object that the path may change; the other part stays what it was. */
    static List<FieldError> errors(Call call, Findings findings) {
        if (!call.kind().statusSubresource()) {
            return findings.errors();
        }
        return findings.errors().stream()
                .filter(error -> call.onStatus()
                        == (error.field().equals("status") || error.field().startsWith("status.")))
                .toList();
    }

    /** Who owns what after an update or a patch. */
    static Ownership ownership(Registry registry, Call call, WriteOptions options, Allowance memory) {
        Writer writer = call.writer(options.manager(), registry.clock().instant());
        return (before, sent, resets) -> ManagedFields.updated(call.schema(), before, sent, resets, writer, memory);
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
                            + told(found, findings));
        }
        Warnings.add(call, found);
    }

    /** The first of them, and how many others there are. */
    static String told(List<String> found, Findings findings) {
        String texts = String.join(", ", found);
        return findings.further() == 0 ? texts : texts + ", and " + findings.further() + " more";
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
            throw Statuses.badRequest("the API version in the data (" + FieldError.shown(apiVersion.asText())
                    + ") does not match the expected API version (" + kind.apiVersion() + ")");
        }
        if (!given.asText().equals(kind.kind())) {
            throw Statuses.badRequest("the kind in the data (" + FieldError.shown(given.asText())
                    + ") does not match the expected kind (" + kind.kind() + ")");
        }
        if (object.has("metadata") && !object.get("metadata").isObject()) {
            throw unrecognized(kind, "metadata is an object");
        }
    }

    /** Metadata is typed: what is of another type cannot be read at all, while a report's fields are validated. */
    static void checkMetadataTypes(ReportKind kind, Findings findings) {
        FieldError error = findings.ofMetadata();
        if (error != null) {
            throw Statuses.badRequest(kind.kind() + " in version " + quoted(kind.version()) + " cannot be handled as a "
                    + kind.kind() + ": " + error.field() + ": " + error.message());
        }
    }
}
