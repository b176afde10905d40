package dev.breakwater.controller.audit;

import dev.breakwater.controller.inventory.MadeFrom;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.naming.ReportName;
import dev.breakwater.controller.naming.TopOwner;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which report belongs to which object, as the watches show it.
 *
 * <p>Threading: stateless; reads may come from any thread.
 */
record ObjectReports(
        Map<AuditedKind, ViewInformer<AuditView>> objects, Map<AuditReportKind, ViewInformer<ReportHead>> reports)
        implements ReportWriter.LivingObjects {
    /** The object's own report, by whichever of its names; null where it has none. */
    @Nullable
    ReportHead of(AuditReportKind kind, AuditKey key, String uid) {
        ReportName name = kind.nameFor(key.kind(), key.name(), uid);
        ReportHead usual = owned(kind, key.namespace(), name.usual(), uid);
        return usual != null ? usual : owned(kind, key.namespace(), name.own(), uid);
    }

    /** Whether the object's report has a name of its own, because another had the usual one. */
    boolean hasOwnName(AuditReportKind kind, AuditKey key, String uid) {
        return owned(
                        kind,
                        key.namespace(),
                        kind.nameFor(key.kind(), key.name(), uid).own(),
                        uid)
                != null;
    }

    /** What the object was made from; of a pod that is audited by itself beside its ReplicaSet, what that was made from. */
    TopOwner topOf(AuditedKind kind, AuditView view) {
        TopOwner top = MadeFrom.of(kind.resource().kind(), view.meta());
        for (var known : objects.entrySet()) {
            if (kind == AuditedKind.POD && known.getKey().resource().kind().equals(top.kind())) {
                AuditView owner = known.getValue().get(view.namespace(), top.name());
                if (owner != null && owner != view) {
                    return topOf(known.getKey(), owner);
                }
            }
        }
        return top;
    }

    /** Of an object of a kind that is not audited nobody can say that it is gone. */
    @Override
    public boolean live(String kind, String namespace, String name, String uid) {
        for (var known : objects.entrySet()) {
            if (known.getKey().resource().kind().equals(kind)) {
                AuditView view = known.getValue().get(namespace, name);
                return view != null && view.uid().equals(uid) && view.meta().deletionTimestamp() == null;
            }
        }
        return true;
    }

    private @Nullable ReportHead owned(AuditReportKind kind, String namespace, String name, String uid) {
        ViewInformer<ReportHead> informer = reports.get(kind);
        ReportHead head = informer == null ? null : informer.get(namespace, name);
        return head != null && head.isOwnedBy(uid) ? head : null;
    }
}
