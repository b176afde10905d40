package dev.breakwater.controller.reports;

import com.google.gson.Gson;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loops;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which reports exist, by their metadata alone: a few hundred bytes each, whatever the report weighs.
 *
 * <p>Threading: informer threads call the listener; reads may come from any thread. The index lags behind writes, our own included, so that it may call
 * for a write too many but never hides a missing one for long.
 */
public final class ReportIndex implements AutoCloseable {
    private static final String OWNER = "owner";

    private final Map<ReportKind, ViewInformer<ReportView>> informers = new EnumMap<>(ReportKind.class);

    public ReportIndex(KubeApi api, Gson gson, Loops loops) {
        for (ReportKind kind : ReportKind.values()) {
            informers.put(
                    kind,
                    new ViewInformer<>(
                            api,
                            loops,
                            gson,
                            ReportView.class,
                            kind.resource(),
                            true,
                            Map.of(),
                            Map.of(OWNER, report -> List.of(report.ownerUid()))));
        }
    }

    /** Called with the owner's uid of each report that came, changed or went; to be set before {@link #start}. */
    public void onChange(Consumer<String> owners) {
        informers
                .values()
                .forEach(informer -> informer.onChange(report -> {
                    if (!report.ownerUid().isEmpty()) {
                        owners.accept(report.ownerUid());
                    }
                }));
    }

    public void start() {
        informers.values().forEach(ViewInformer::start);
    }

    public boolean hasSynced() {
        return informers.values().stream().allMatch(ViewInformer::hasSynced);
    }

    /** Whether the container has its report of this very scan, under its present owner and spec. */
    public boolean isCurrent(ReportKind kind, RunningContainer container, String imageScan) {
        ViewInformer<ReportView> informer = informers.get(kind);
        if (informer == null) {
            return false;
        }
        ReportBody body = new ReportBody(container, imageScan);
        ReportView report = informer.get(body.namespace(), body.name());
        return report != null
                && report.imageScan().equals(imageScan)
                && report.specHash().equals(container.specHash())
                && report.ownerUid().equals(container.workload().uid());
    }

    /** Reports of a kind that a workload owns. */
    public List<ReportView> ownedBy(ReportKind kind, String uid) {
        ViewInformer<ReportView> informer = informers.get(kind);
        return informer == null ? List.of() : informer.byIndex(OWNER, uid);
    }

    /** How many reports of a kind exist. */
    public int count(ReportKind kind) {
        ViewInformer<ReportView> informer = informers.get(kind);
        return informer == null ? 0 : informer.all().size();
    }

    @Override
    public void close() {
        informers.values().forEach(ViewInformer::close);
    }
}
