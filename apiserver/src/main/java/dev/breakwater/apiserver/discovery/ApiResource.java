package dev.breakwater.apiserver.discovery;

import dev.breakwater.apiserver.kind.ReportKind;
import java.util.List;

/**
 * A resource as discovery shows it.
 *
 * @param group empty for the core group
 * @param verbs in the order in which they are shown; each is a promise (k8s-wire 1.6)
 */
public record ApiResource(
        String group,
        String version,
        String kind,
        String plural,
        String singular,
        boolean namespaced,
        List<String> verbs,
        List<String> shortNames,
        List<Subresource> subresources) {

    public record Subresource(String name, String kind, List<String> verbs) {}

    private static final List<String> ALL_VERBS =
            List.of("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");

    public static ApiResource of(ReportKind kind) {
        List<Subresource> subresources = kind.statusSubresource()
                ? List.of(new Subresource("status", kind.kind(), List.of("get", "patch", "update")))
                : List.of();
        return new ApiResource(
                kind.group(),
                kind.version(),
                kind.kind(),
                kind.plural(),
                kind.singular(),
                kind.namespaced(),
                ALL_VERBS,
                kind.shortNames(),
                subresources);
    }

    String groupVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
