package dev.breakwater.cli.exposure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How exposed each workload is, read back from the server the way {@code kubectl get -A -o wide} reads it: as tables. */
public final class Exposure {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Map<String, Row> rows = new TreeMap<>();

    /** Counts of one workload; {@code audit} are failed configuration checks that are critical or high. */
    public record Row(
            String namespace, String workload, String image, long critical, long high, long secrets, long audit) {
        private Row plus(Row other) {
            return new Row(
                    namespace,
                    workload,
                    image.isEmpty() ? other.image : image,
                    critical + other.critical,
                    high + other.high,
                    secrets + other.secrets,
                    audit + other.audit);
        }
    }

    public static Exposure read(KubeApi api) throws IOException {
        Exposure exposure = new Exposure();
        exposure.add(
                api,
                ReportKind.VULNERABILITY.resource(),
                (table, row, place) -> new Row(
                        place.namespace,
                        place.workload,
                        table.text(row, "Repository") + ":" + table.text(row, "Tag"),
                        table.number(row, "Critical"),
                        table.number(row, "High"),
                        0,
                        0));
        exposure.add(
                api,
                ReportKind.EXPOSED_SECRET.resource(),
                (table, row, place) -> new Row(
                        place.namespace,
                        place.workload,
                        "",
                        0,
                        0,
                        table.sum(row, "Critical", "High", "Medium", "Low"),
                        0));
        exposure.add(
                api,
                new Resource(ReportKind.GROUP, ReportKind.VERSION, "configauditreports", "ConfigAuditReport", true),
                (table, row, place) ->
                        new Row(place.namespace, place.workload, "", 0, 0, 0, table.sum(row, "Critical", "High")));
        return exposure;
    }

    /** The most exposed first: by critical findings, then by high ones. */
    public List<Row> mostExposed(int limit) {
        return rows.values().stream()
                .filter(row -> !row.image().isEmpty())
                .sorted(Comparator.comparingLong(Row::critical)
                        .thenComparingLong(Row::high)
                        .thenComparingLong(Row::secrets)
                        .reversed())
                .limit(limit)
                .toList();
    }

    public int workloads() {
        return (int)
                rows.values().stream().filter(row -> !row.image().isEmpty()).count();
    }

    private void add(KubeApi api, Resource resource, RowReader reader) throws IOException {
        Table table = api.get(resource.all(), Map.of(), TABLE, body -> new Table(MAPPER.readTree(body)))
                .orElseThrow(() -> new IOException(resource.plural() + " are not served"));
        for (JsonNode row : table.root.path("rows")) {
            JsonNode metadata = row.path("object").path("metadata");
            JsonNode labels = metadata.path("labels");
            Place place = new Place(
                    metadata.path("namespace").asText(),
                    labels.path(ReportLabels.RESOURCE_KIND).asText() + "/"
                            + labels.path(ReportLabels.RESOURCE_NAME).asText());
            Row found = reader.read(table, row, place);
            rows.merge(place.namespace + "/" + place.workload, found, Row::plus);
        }
    }

    private record Place(String namespace, String workload) {}

    @FunctionalInterface
    private interface RowReader {
        Row read(Table table, JsonNode row, Place place);
    }

    private record Table(JsonNode root) {
        String text(JsonNode row, String column) {
            return cell(row, column).asText();
        }

        long number(JsonNode row, String column) {
            return cell(row, column).asLong();
        }

        long sum(JsonNode row, String... columns) {
            long sum = 0;
            for (String column : columns) {
                sum += number(row, column);
            }
            return sum;
        }

        private JsonNode cell(JsonNode row, String column) {
            JsonNode definitions = root.path("columnDefinitions");
            for (int i = 0; i < definitions.size(); i++) {
                if (definitions.path(i).path("name").asText().equals(column)) {
                    return row.path("cells").path(i);
                }
            }
            throw new IllegalStateException("the table has no column " + column);
        }
    }
}
