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
 * {@code /openapi/v3} with a document per group and version, and {@code /openapi/v2} with one for all; made once, from the one
 * schema that each kind has.
 *
 * <p>A document is asked for with its hash. A wrong hash gets the present document, not a redirect to it: behind the aggregator a
 * redirect becomes 502 (k8s-wire 1.4, 1.8).
 */
public final class OpenApi {
    private static final String JSON = "application/json";
    private static final String VERSION_2 = "/openapi/v2";
    private static final String VERSION_3 = "/openapi/v3";
    private static final Duration YEAR = Duration.ofDays(365);

    private final Clock clock;
    private final Document index;
    private final Document version2;
    private final Document version2Protobuf;
    /** By path, such as {@code /openapi/v3/apis/breakwater.dev/v1alpha1}. */
    private final Map<String, Document> version3 = new LinkedHashMap<>();

    /** @param version of Breakwater */
    public OpenApi(KindTable kinds, String version, Clock clock) {
        this.clock = clock;
        Map<String, List<ReportKind>> groups = kinds.all().stream()
                .collect(Collectors.groupingBy(ReportKind::apiVersion, LinkedHashMap::new, Collectors.toList()));
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode paths = root.putObject("paths");
        groups.forEach((groupVersion, members) -> {
            String path = VERSION_3 + "/apis/" + groupVersion;
            Document document = Document.of(Version3.of(members, version), JSON);
            version3.put(path, document);
            paths.putObject("apis/" + groupVersion).put("serverRelativeURL", path + "?hash=" + document.tag());
        });
        this.index = Document.of(root, JSON);
        ObjectNode second = Version2.of(kinds.all(), version);
        this.version2 = Document.of(second, JSON);
        this.version2Protobuf = Document.of(Version2Protobuf.of(second), Version2Protobuf.MEDIA_TYPE);
    }

    public boolean knows(String path) {
        String bare = bare(path);
        return bare.equals(VERSION_2) || bare.equals(VERSION_3) || version3.containsKey(bare);
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
        Document document = version3.get(bare);
        if (document == null) {
            index.serve(request, response);
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
                return version2;
            }
            if (Version2Protobuf.ACCEPTED.contains(clause.type())) {
                return version2Protobuf;
            }
        }
        throw Statuses.notAcceptable(List.of(JSON, Version2Protobuf.MEDIA_TYPE));
    }

    private static String bare(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
