package dev.breakwater.controller.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.inventory.MadeFrom;
import dev.breakwater.controller.kube.Resource;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The reports that an object would get in a cluster, made without one: for demonstrations and for looking at checks. */
public final class ManifestAudit {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final AuditSettings settings;
    private final CurrentCheckSet current;
    private final InstantSource clock;
    private final Gson gson = new Gson();

    public ManifestAudit(AuditSettings settings, CurrentCheckSet current, InstantSource clock) {
        this.settings = settings;
        this.current = current;
        this.clock = clock;
    }

    /**
     * A report that is not written yet.
     *
     * @param namespace empty for a cluster-scoped report
     */
    public record Unwritten(Resource resource, String namespace, ObjectNode report) {}

    /** @param object with kind, name and uid; none of the audited kinds gives no report */
    public List<Unwritten> reportsOf(JsonNode object) {
        Optional<AuditedKind> kind = settings.kinds().stream()
                .filter(known ->
                        known.resource().kind().equals(object.path("kind").asText()))
                .findFirst();
        if (kind.isEmpty()) {
            return List.of();
        }
        AuditView view = gson.fromJson(object.toString(), AuditView.class);
        Map<?, ?> tree = MAPPER.convertValue(object, Map.class);
        CheckSet checks = current.checks();
        List<CheckResult> results = ChecksOff.without(
                checks.audit(tree),
                tree,
                settings.offInNamespace().getOrDefault(view.namespace(), Set.of()),
                checks.ids());
        List<Unwritten> reports = new ArrayList<>();
        for (AuditReportKind reportKind :
                AuditReportKind.of(kind.get(), view.namespace(), view.name(), settings.mergeRbac())) {
            List<CheckResult> own = results.stream()
                    .filter(result -> reportKind.takes(result.check()))
                    .toList();
            AuditReport report = new AuditReport(
                    reportKind,
                    kind.get(),
                    view,
                    MadeFrom.of(kind.get().resource().kind(), view.meta()),
                    current.configHash(kind.get().resource().kind()),
                    new CheckEntries(own, settings.failedOnly(), settings.recorded()),
                    reportKind.notAssessed(checks, tree),
                    settings,
                    clock.instant());
            reports.add(new Unwritten(reportKind.resource(), report.namespace(), report.fresh()));
        }
        return reports;
    }
}
