package dev.breakwater.controller.rematch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.scan.ScannerSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer of the Trivy server as Trivy's client writes it: what the settings leave out is left out, what came twice is there once, in the same order (Trivy
 * 0.72, {@code pkg/result/filter.go}, {@code pkg/types/vulnerability.go}), so that one reader of results makes one report of either.
 */
final class MatchedFindings {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final List<String> SEVERITIES = List.of("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL");
    /** {@code status} of a vulnerability that a version fixes. */
    private static final int FIXED = 3;

    private static final Comparator<ObjectNode> ORDER = Comparator.comparing((ObjectNode one) -> text(one, "PkgName"))
            .thenComparing(one -> text(one, "PkgID"))
            .thenComparing(one -> text(one, "InstalledVersion"))
            .thenComparing(one -> -SEVERITIES.indexOf(text(one, "Severity")))
            .thenComparing(one -> text(one, "VulnerabilityID"))
            .thenComparing(one -> text(one, "PkgPath"));

    private final ScannerSettings settings;

    MatchedFindings(ScannerSettings settings) {
        this.settings = settings;
    }

    /** @param answer {@code ScanResponse} */
    ObjectNode result(JsonNode answer) {
        ObjectNode result = MAPPER.createObjectNode().put("SchemaVersion", 2);
        ObjectNode os = result.putObject("Metadata").putObject("OS");
        os.put("Family", answer.at("/os/family").asText());
        os.put("Name", answer.at("/os/name").asText());
        os.put("EOSL", answer.at("/os/eosl").asBoolean());
        ArrayNode results = result.putArray("Results");
        for (JsonNode of : answer.path("results")) {
            ObjectNode one = results.addObject();
            one.put("Target", of.path("target").asText());
            one.put("Class", of.path("class").asText());
            one.put("Type", of.path("type").asText());
            one.putArray("Vulnerabilities").addAll(vulnerabilities(of.path("vulnerabilities")));
        }
        return result;
    }

    private List<ObjectNode> vulnerabilities(JsonNode found) {
        Map<List<String>, ObjectNode> once = new LinkedHashMap<>();
        for (JsonNode vulnerability : found) {
            ObjectNode one = vulnerability(vulnerability);
            boolean counts =
                    settings.severities().isEmpty() || settings.severities().contains(text(one, "Severity"));
            if (!counts
                    || (settings.ignoreUnfixed() && vulnerability.path("status").asInt() != FIXED)) {
                continue;
            }
            List<String> key = List.of(
                    text(one, "VulnerabilityID"),
                    text(one, "PkgID"),
                    text(one, "PkgName"),
                    text(one, "InstalledVersion"),
                    text(one, "PkgPath"));
            once.merge(
                    key,
                    one,
                    (old, next) -> text(old, "FixedVersion").compareTo(text(next, "FixedVersion")) < 0 ? next : old);
        }
        List<ObjectNode> sorted = new ArrayList<>(once.values());
        sorted.sort(ORDER);
        return sorted;
    }

    private static ObjectNode vulnerability(JsonNode found) {
        ObjectNode one = MAPPER.createObjectNode();
        one.put("VulnerabilityID", found.path("vulnerability_id").asText());
        one.put("PkgID", found.path("pkg_id").asText());
        one.put("PkgName", found.path("pkg_name").asText());
        one.put("PkgPath", found.path("pkg_path").asText());
        one.putObject("PkgIdentifier")
                .put("PURL", found.at("/pkg_identifier/purl").asText());
        one.put("InstalledVersion", found.path("installed_version").asText());
        one.put("FixedVersion", found.path("fixed_version").asText());
        one.put("SeveritySource", found.path("severity_source").asText());
        one.put("Severity", found.path("severity").asText("UNKNOWN"));
        if (found.path("vendor_severity").isObject()) {
            one.set("VendorSeverity", found.path("vendor_severity"));
        }
        one.put("Title", found.path("title").asText());
        one.put("Description", found.path("description").asText());
        one.put("PrimaryURL", found.path("primary_url").asText());
        if (found.path("references").isArray()) {
            one.set("References", found.path("references"));
        }
        ObjectNode cvss = one.putObject("CVSS");
        for (var vendor : found.path("cvss").properties()) {
            ObjectNode scores = cvss.putObject(vendor.getKey());
            scores.put("V2Vector", vendor.getValue().path("v2_vector").asText());
            scores.put("V3Vector", vendor.getValue().path("v3_vector").asText());
            scores.put("V40Vector", vendor.getValue().path("v40_vector").asText());
            scores.put("V2Score", vendor.getValue().path("v2_score").asDouble());
            scores.put("V3Score", vendor.getValue().path("v3_score").asDouble());
            scores.put("V40Score", vendor.getValue().path("v40_score").asDouble());
        }
        one.put("PublishedDate", found.path("published_date").asText());
        one.put("LastModifiedDate", found.path("last_modified_date").asText());
        return one;
    }

    private static String text(ObjectNode object, String field) {
        return object.path(field).asText();
    }
}
