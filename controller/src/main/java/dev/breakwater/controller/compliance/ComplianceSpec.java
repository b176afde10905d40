package dev.breakwater.controller.compliance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code spec} of a ClusterComplianceReport (trivy-operator 1.3).
 *
 * @param cron when to compile, five fields
 */
public record ComplianceSpec(
        String cron,
        Mode mode,
        String id,
        String title,
        String description,
        String version,
        String platform,
        String type,
        List<String> relatedResources,
        List<Control> controls) {

    /** How much a status tells. */
    public enum Mode {
        /** One line per control. */
        SUMMARY,
        /** Each control with the findings against it. */
        ALL
    }

    /** Reads {@code spec}; what the schema of the kind already guarantees is not asked again. */
    public static ComplianceSpec parse(JsonNode spec) throws InvalidSpec {
        JsonNode compliance = spec.path("compliance");
        if (!compliance.isObject()) {
            throw new InvalidSpec("spec.compliance is missing; it must be an object with id, title and controls.");
        }
        List<Control> controls = new ArrayList<>();
        for (JsonNode control : compliance.path("controls")) {
            controls.add(control(control));
        }
        return new ComplianceSpec(
                spec.path("cron").asText(),
                mode(spec.path("reportType").asText()),
                compliance.path("id").asText(),
                compliance.path("title").asText(),
                compliance.path("description").asText(),
                compliance.path("version").asText(),
                compliance.path("platform").asText(),
                compliance.path("type").asText(),
                texts(compliance.path("relatedResources"), null),
                List.copyOf(controls));
    }

    private static Mode mode(String text) throws InvalidSpec {
        return switch (text) {
            case "summary" -> Mode.SUMMARY;
            case "all" -> Mode.ALL;
            default -> throw new InvalidSpec("spec.reportType is \"" + text + "\"; allowed are summary and all.");
        };
    }

    private static Control control(JsonNode control) throws InvalidSpec {
        return new Control(
                control.path("id").asText(),
                control.path("name").asText(),
                control.path("description").asText(),
                control.path("severity").asText(),
                texts(control.path("checks"), "id"),
                texts(control.path("commands"), "id"),
                defaultStatus(control));
    }

    private static Optional<ControlStatus> defaultStatus(JsonNode control) throws InvalidSpec {
        String text = control.path("defaultStatus").asText();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Arrays.stream(new ControlStatus[] {ControlStatus.PASS, ControlStatus.WARN, ControlStatus.FAIL})
                        .filter(status -> status.name().equals(text))
                        .findFirst()
                        .orElseThrow(() -> new InvalidSpec("The defaultStatus of control "
                                + control.path("id").asText() + " is \"" + text
                                + "\"; allowed are PASS, WARN and FAIL.")));
    }

    private static List<String> texts(JsonNode list, @Nullable String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list) {
            texts.add((field == null ? item : item.path(field)).asText());
        }
        return List.copyOf(texts);
    }
}
