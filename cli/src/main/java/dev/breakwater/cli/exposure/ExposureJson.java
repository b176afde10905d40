package dev.breakwater.cli.exposure;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The rows of {@link Exposure} for programs. */
final class ExposureJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private ExposureJson() {}

    /**
     * {@code {"workloads":N,"items":[{"namespace","workload","images":[],"critical","high","medium","low","secrets","config"}]}}.
     *
     * @param workloads how many there are, shown or not
     */
    static String of(List<Exposure.Row> rows, int workloads) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("workloads", workloads);
        ArrayNode items = root.putArray("items");
        for (Exposure.Row row : rows) {
            ObjectNode item = items.addObject();
            item.put("namespace", row.namespace()).put("workload", row.workload());
            row.images().forEach(item.putArray("images")::add);
            item.put("critical", row.critical())
                    .put("high", row.high())
                    .put("medium", row.medium())
                    .put("low", row.low())
                    .put("secrets", row.secrets())
                    .put("config", row.audit());
        }
        return root.toPrettyString();
    }
}
