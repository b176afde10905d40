package dev.breakwater.apiserver.openapi;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.document.Document;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.apiserver.negotiate.AcceptHeader;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.Statuses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code /openapi/v3} with a document per group and version, and {@code /openapi/v2} with one for all; made from the one schema
 * that each kind has, when somebody first asks: a server is ready earlier without them, and kube-apiserver asks only once it is.
 *
 * <p>A document is asked for with its hash. A wrong hash gets the present document, not a redirect to it: behind the aggregator a
 * redirect becomes 502 (k8s-wire 1.4, 1.8).
 */
public final class OpenApi {
    private static final String JSON = "application/json";
    private static final String VERSION_2 = "/openapi/v2";
    private static final String VERSION_3 = "/openapi/v3";
    private static final String VERSION_3_OF = VERSION_3 + "/apis/";
    private static final Duration YEAR = Duration.ofDays(365);

    private final Clock clock;
    private final List<String> groupVersions;
    private final MadeOnce<Documents3> version3;
    private final MadeOnce<Documents2> version2;

    /**
     * @param index the document that names the others with their hashes
     * @param byPath such as {@code /openapi/v3/apis/breakwater.dev/v1alpha1}
     */
    private record Documents3(Document index, Map<String, Document> byPath) {}

    private record Documents2(Document json, Document protobuf) {}

    /** @param version of Breakwater */
    public OpenApi(KindTable kinds, String version, Clock clock) {
        this.clock = clock;
        this.groupVersions =
                kinds.all().stream().map(ReportKind::apiVersion).distinct().toList();
        this.version3 = new MadeOnce<>(() -> documents3(kinds, version));
        this.version2 = new MadeOnce<>(() -> documents2(kinds, version));
    }

    /** Whether any document has been made yet. */
    boolean isMade() {
        return version3.isMade() || version2.isMade();
    }

    private static Documents3 documents3(KindTable kinds, String version) {
        Map<String, List<ReportKind>> groups = kinds.all().stream()
                .collect(Collectors.groupingBy(ReportKind::apiVersion, LinkedHashMap::new, Collectors.toList()));
        Map<String, Document> byPath = new LinkedHashMap<>();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = root.putObject("paths");
        groups.forEach((groupVersion, members) -> {
            String path = VERSION_3_OF + groupVersion;
            Document document = Document.of(Version3.of(members, version), JSON);
            byPath.put(path, document);
            paths.putObject("apis/" + groupVersion).put("serverRelativeURL", path + "?hash=" + document.tag());
        });
        return new Documents3(Document.of(root, JSON), byPath);
    }

    private static Documents2 documents2(KindTable kinds, String version) {
        ObjectNode json = Version2.of(kinds.all(), version);
        return new Documents2(
                Document.of(json, JSON), Document.of(Version2Protobuf.of(json), Version2Protobuf.MEDIA_TYPE));
    }

    public boolean knows(String path) {
        String bare = bare(path);
        return bare.equals(VERSION_2)
                || bare.equals(VERSION_3)
                || groupVersions.stream().anyMatch(groupVersion -> bare.equals(VERSION_3_OF + groupVersion));
    }

    /** @param path one that {@link #knows} */
    public void serve(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        AcceptHeader accept = AcceptHeader.of(request.getHeader("Accept"));
        String bare = bare(path);
        if (bare.equals(VERSION_2)) {
            version2(accept).serve(request, response);
            return;
        }
        // Version 3 is not offered in protobuf: whoever wants nothing else is told so, rather than given JSON.
        if (!accept.covers(JSON)) {
            throw Statuses.notAcceptable(List.of(JSON));
        }
        Documents3 documents = version3.get();
        Document document = documents.byPath.get(bare);
        if (document == null) {
            documents.index.serve(request, response);
            return;
        }
        if (document.tag().equals(Query.of(request.getQueryString()).first("hash"))) {
            response.setHeader("Cache-Control", "public, immutable");
            response.setHeader(
                    "Expires",
                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                            clock.instant().plus(YEAR).atOffset(ZoneOffset.UTC)));
        }
        document.serve(request, response);
    }

    private Document version2(AcceptHeader accept) {
        for (AcceptHeader.Clause clause : accept.clauses()) {
            if (clause.covers(JSON)) {
                return version2.get().json;
            }
            if (Version2Protobuf.ACCEPTED.contains(clause.type())) {
                return version2.get().protobuf;
            }
        }
        throw Statuses.notAcceptable(List.of(JSON, Version2Protobuf.MEDIA_TYPE));
    }

    private static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
