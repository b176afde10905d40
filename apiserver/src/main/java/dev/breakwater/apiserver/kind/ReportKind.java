package dev.breakwater.apiserver.kind;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.storage.KindId;
import java.util.List;

/**
 * A served kind.
 *
 * @param id number under which the store keeps it; never reused
 * @param bulkPath where the long part lies, such as {@code [report, vulnerabilities]}; empty if the kind has none
 * @param columns behind the {@code Name} column that every kind has
 * @param statusSubresource whether {@code /status} is served and {@code status} is ignored by the main resource
 * @param schema OpenAPI v3 schema of the object (structural, as in a CRD, with descriptions)
 */
public record ReportKind(
        KindId id,
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        List<String> shortNames,
        boolean namespaced,
        List<String> bulkPath,
        List<Column> columns,
        boolean statusSubresource,
        JsonNode schema) {

    public String listKind() {
        return kind + "List";
    }

    public String apiVersion() {
        return group + "/" + version;
    }

    /** As in error messages: {@code vulnerabilityreports.aquasecurity.github.io}. */
    public String qualifiedResource() {
        return plural + "." + group;
    }
}
