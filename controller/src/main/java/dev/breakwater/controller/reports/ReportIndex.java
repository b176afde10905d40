package dev.breakwater.controller.reports;

import com.google.gson.Gson;
import dev.breakwater.controller.inventory.RunningContainer;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.naming.ReportName;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    /** Called with each report that came, changed or went; to be set before {@link #start}. */
    public void onChange(Consumer<ReportView> listener) {
        informers.values().forEach(informer -> informer.onChange(listener));
    }

    public void start() {
        informers.values().forEach(ViewInformer::start);
    }

    public boolean hasSynced() {
        return informers.values().stream().allMatch(ViewInformer::hasSynced);
    }

    /** The container's report of this very scan, under its present owner and spec; null where it has none. */
    public @Nullable ReportView current(ReportKind kind, RunningContainer container, String imageScan) {
        ReportName name = new ReportBody(container, imageScan).name();
        for (String either : List.of(name.usual(), name.own())) {
            ReportView report = get(kind, container, either);
            if (isCurrent(report, container, imageScan)) {
                return report;
            }
        }
        return null;
    }

    /** The same of several containers, as far as they have one. */
    public List<ReportView> current(ReportKind kind, List<RunningContainer> containers, String imageScan) {
        List<ReportView> found = new ArrayList<>(containers.size());
        for (RunningContainer container : containers) {
            ReportView report = current(kind, container, imageScan);
            if (report != null) {
                found.add(report);
            }
        }
        return found;
    }

    /** Whether the container's report has a name of its own, because another had the usual one. */
    boolean hasOwnName(ReportKind kind, RunningContainer container) {
        ReportView report =
                get(kind, container, new ReportBody(container, "").name().own());
        return report != null && report.owner().isOf(container);
    }

    /** The container's report of this very scan that lacks the labels of its top owner, as those of older versions do; null where there is none. */
    @Nullable
    ReportView unlabelled(ReportKind kind, RunningContainer container, String imageScan) {
        ReportView report = current(kind, container, imageScan);
        return report == null || container.top().isSaidBy(key -> report.meta().label(key)) ? null : report;
    }

    private static boolean isCurrent(@Nullable ReportView report, RunningContainer container, String imageScan) {
        return report != null
                && report.owner().isOf(container)
                && report.imageScan().equals(imageScan)
                && report.specHash().equals(container.specHash());
    }

    private @Nullable ReportView get(ReportKind kind, RunningContainer container, String name) {
        ViewInformer<ReportView> informer = informers.get(kind);
        return informer == null ? null : informer.get(container.workload().namespace(), name);
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
