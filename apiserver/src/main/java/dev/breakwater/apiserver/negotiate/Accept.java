package dev.breakwater.apiserver.negotiate;

import dev.breakwater.apiserver.negotiate.AcceptHeader.Clause;
import dev.breakwater.apiserver.negotiate.Representation.Media;
import dev.breakwater.apiserver.negotiate.Representation.Shape;
import dev.breakwater.apiserver.status.StatusException;
import org.jspecify.annotations.Nullable;

/** The Accept header: the first clause by quality that can be served wins; parameters that are not known are ignored. */
public final class Accept {
    /** What the answer will be, which decides what may be asked for. */
    public enum Subject {
        OBJECT,
        LIST,
        WATCH
    }

    private Accept() {}

    /**
     * Chooses the representation, before anything is done for the request.
     *
     * @param header all Accept headers joined by commas, or {@code null}
     * @throws StatusException 406 if no clause can be served
     */
    public static Representation choose(@Nullable String header, Subject subject, boolean pretty) {
        if (header == null || header.isBlank()) {
            return new Representation(Media.JSON, Shape.OBJECT, "v1", pretty);
        }
        for (Clause clause : AcceptHeader.of(header).clauses()) {
            Media media = media(clause, subject);
            Shape shape = media == null ? null : shape(clause, subject);
            if (media != null && shape != null) {
                boolean indented = pretty || "1".equals(clause.parameters().get("pretty"));
                return new Representation(
                        media,
                        shape,
                        clause.parameters().getOrDefault("v", "v1"),
                        indented && subject != Subject.WATCH);
            }
        }
        throw notAcceptable(
                subject == Subject.WATCH
                        ? "only the following media types are accepted: application/json"
                        : "only the following media types are accepted: application/json, application/yaml");
    }

    private static @Nullable Media media(Clause clause, Subject subject) {
        return switch (clause.type()) {
            case "application/json", "application/*", "*/*" -> Media.JSON;
            case "application/yaml" -> subject == Subject.WATCH ? null : Media.YAML;
            default -> null;
        };
    }

    /** {@code null} if the clause asks for something that is not offered. */
    private static @Nullable Shape shape(Clause clause, Subject subject) {
        String stream = clause.parameters().get("stream");
        if (stream != null && !(stream.equals("watch") && subject == Subject.WATCH)) {
            return null;
        }
        String as = clause.parameters().get("as");
        String group = clause.parameters().get("g");
        String version = clause.parameters().get("v");
        if (as == null) {
            return group == null && version == null ? Shape.OBJECT : null;
        }
        if (!"meta.k8s.io".equals(group) || !("v1".equals(version) || "v1beta1".equals(version))) {
            return null;
        }
        return switch (as) {
            case "Table" -> Shape.TABLE;
            case "PartialObjectMetadata" -> {
                if (subject == Subject.LIST) {
                    throw notAcceptable("you requested PartialObjectMetadata, but the requested object is a list");
                }
                yield Shape.METADATA;
            }
            case "PartialObjectMetadataList" -> {
                if (subject != Subject.LIST) {
                    throw notAcceptable(
                            "you requested PartialObjectMetadataList, but the requested object is not a list");
                }
                yield Shape.METADATA;
            }
            default -> null;
        };
    }

    private static StatusException notAcceptable(String message) {
        return new StatusException(406, "NotAcceptable", message, null);
    }
}
