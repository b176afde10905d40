package dev.breakwater.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;

/** Writes every figure for programs, in the units that the names say. */
final class Figures {
    private Figures() {}

    static void write(Path file, Map<String, String> facts, Collection<Outcome> outcomes, Collection<Outcome> cold)
            throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.set("facts", mapper.valueToTree(facts));
        sides(mapper, root.putObject("sides"), outcomes);
        sides(mapper, root.putObject("cold"), cold);
        mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    }

    private static void sides(ObjectMapper mapper, ObjectNode sides, Collection<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            ObjectNode side = sides.putObject(outcome.side());
            outcome.measured().forEach((row, measured) -> figures(side.putObject(row.toString()), measured));
            side.set("peakBytes", mapper.valueToTree(outcome.peakBytes()));
            side.put("diskBytes", outcome.diskBytes());
        }
    }

    private static void figures(ObjectNode node, Measured measured) {
        node.put("operations", measured.operations())
                .put("seconds", measured.seconds())
                .put("perSecond", measured.rate())
                .put("p50Millis", measured.median())
                .put("p99Millis", measured.latencies().percentile(99))
                .put("maxMillis", measured.latencies().percentile(100))
                .put("firstByteP50Millis", measured.firstByte().median())
                .put("wireBytes", measured.wireBytes())
                .put("serverCpuMillisPerOperation", measured.cpu());
        ObjectNode cpu = node.putObject("cpuMillisPerOperation");
        measured.cpuTimes().per(measured.operations()).millis().forEach(cpu::put);
    }
}
