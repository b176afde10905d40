package dev.breakwater.controller.compliance;

import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.reports.ReportKind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Reports from the API, in pages.
 *
 * <p>A page is read as a whole before any of its reports is handed over: when the connection breaks, the page is asked for again, and no report may be
 * counted twice. Pages are small, so that this costs a few megabytes at most.
 */
public final class ReportPages implements ReportStream {
    private static final String PAGE_SIZE = "100";

    private final KubeApi api;

    public ReportPages(KubeApi api) {
        this.api = api;
    }

    @Override
    public void read(AuditKind kind, Predicate<String> wanted, Consumer<AuditReport> each) throws IOException {
        String collection = new Resource(ReportKind.GROUP, ReportKind.VERSION, kind.plural(), kind.kind(), true).all();
        String next = "";
        do {
            Map<String, String> query = new HashMap<>(Map.of("limit", PAGE_SIZE));
            if (!next.isEmpty()) {
                query.put("continue", next);
            }
            Optional<ReportPage> page =
                    api.get(collection, query, KubeApi.JSON, body -> ReportPage.parse(body, kind, wanted));
            if (page.isEmpty()) {
                // A kind that is not served has no reports; its controls come out as not assessed.
                return;
            }
            page.get().reports().forEach(each);
            next = page.get().next();
        } while (!next.isEmpty());
    }
}
