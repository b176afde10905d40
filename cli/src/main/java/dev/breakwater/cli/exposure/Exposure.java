package dev.breakwater.cli.exposure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.naming.ReportLabels;
import dev.breakwater.controller.reports.ImageLabels;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** How exposed each workload is, read back from the server the way {@code kubectl get -A -o wide} reads it: as tables. */
public final class Exposure {
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Map<String, Row> rows = new TreeMap<>();
    /** Reports are per container, findings are an image's: one that an init container runs as well is the same image. */
    private final Set<List<String>> counted = new HashSet<>();

    /**
     * Counts of one workload.
     *
     * @param images that were scanned, each once; none where only its configuration was looked at
     * @param audit failed configuration checks that are critical or high
     */
    public record Row(
            String namespace,
            String workload,
            List<String> images,
            long critical,
            long high,
            long medium,
            long low,
            long secrets,
            long audit) {
        static Row empty(String namespace, String workload) {
            return new Row(namespace, workload, List.of(), 0, 0, 0, 0, 0, 0);
        }

        private Row plus(Row other) {
            List<String> both = new ArrayList<>(images);
            other.images.stream().filter(image -> !both.contains(image)).forEach(both::add);
            return new Row(
                    namespace,
                    workload,
                    List.copyOf(both),
                    critical + other.critical,
                    high + other.high,
                    medium + other.medium,
                    low + other.low,
                    secrets + other.secrets,
                    audit + other.audit);
        }
    }

    /** @param namespace whose reports are read; empty for all */
    public static Exposure read(KubeApi api, String namespace) throws IOException {
        Exposure exposure = new Exposure();
        exposure.add(
                api,
                ReportKind.VULNERABILITY.resource(),
                namespace,
                (table, row, empty) -> exposure.isNew("vulnerabilities", table, row, empty)
                        ? new Row(
                                empty.namespace(),
                                empty.workload(),
                                List.of(table.image(row)),
                                table.number(row, "Critical"),
                                table.number(row, "High"),
                                table.number(row, "Medium"),
                                table.number(row, "Low"),
                                0,
                                0)
                        : empty);
        exposure.add(
                api,
                ReportKind.EXPOSED_SECRET.resource(),
                namespace,
                (table, row, empty) -> exposure.isNew("secrets", table, row, empty)
                        ? new Row(
                                empty.namespace(),
                                empty.workload(),
                                List.of(),
                                0,
                                0,
                                0,
                                0,
                                table.sum(row, "Critical", "High", "Medium", "Low"),
                                0)
                        : empty);
        exposure.add(
                api,
                new Resource(ReportKind.GROUP, ReportKind.VERSION, "configauditreports", "ConfigAuditReport", true),
                namespace,
                (table, row, empty) -> new Row(
                        empty.namespace(),
                        empty.workload(),
                        List.of(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        table.sum(row, "Critical", "High")));
        return exposure;
    }

    private boolean isNew(String what, Table table, JsonNode row, Row workload) {
        String digest = row.path("object")
                .path("metadata")
                .path("labels")
                .path(ImageLabels.IMAGE_DIGEST)
                .asText();
        // The original's reports carry no digest in their labels.
        String image = digest.isEmpty() ? table.image(row) : digest;
        return counted.add(List.of(what, workload.namespace(), workload.workload(), image));
    }

    /**
     * The most exposed first: by critical findings, then by high ones.
     *
     * @param limit how many; 0 for all
     */
    public List<Row> mostExposed(int limit) {
        Stream<Row> sorted = rows.values().stream()
                .filter(row -> !row.images().isEmpty())
                .sorted(Comparator.comparingLong(Row::critical)
                        .thenComparingLong(Row::high)
                        .thenComparingLong(Row::secrets)
                        .reversed());
        return (limit == 0 ? sorted : sorted.limit(limit)).toList();
    }

    public int workloads() {
        return (int)
                rows.values().stream().filter(row -> !row.images().isEmpty()).count();
    }

    private void add(KubeApi api, Resource resource, String namespace, RowReader reader) throws IOException {
        String collection = namespace.isEmpty() ? resource.all() : resource.in(namespace);
        Table table = api.get(collection, Map.of(), TABLE, body -> new Table(MAPPER.readTree(body)))
                .orElseThrow(() -> new IOException(resource.plural() + " are not served"));
        for (JsonNode row : table.root.path("rows")) {
            JsonNode metadata = row.path("object").path("metadata");
            JsonNode labels = metadata.path("labels");
            Row empty = Row.empty(
                    metadata.path("namespace").asText(),
                    labels.path(ReportLabels.RESOURCE_KIND).asText() + "/"
                            + labels.path(ReportLabels.RESOURCE_NAME).asText());
            rows.merge(empty.namespace() + "/" + empty.workload(), reader.read(table, row, empty), Row::plus);
        }
    }

    @FunctionalInterface
    private interface RowReader {
        /** @param empty of the report's workload */
        Row read(Table table, JsonNode row, Row empty);
    }

    private record Table(JsonNode root) {
        String image(JsonNode row) {
            return text(row, "Repository") + ":" + text(row, "Tag");
        }

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
