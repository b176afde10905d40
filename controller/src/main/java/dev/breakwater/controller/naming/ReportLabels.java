package dev.breakwater.controller.naming;

import java.util.LinkedHashMap;
import java.util.Map;

/** Keys of labels and annotations on reports and Jobs, with the values the original gives them (trivy-operator 2.3). */
public final class ReportLabels {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    /** The value of {@link #MANAGED_BY}: dashboards and the original itself select on it. */
    public static final String MANAGED_BY_TRIVY_OPERATOR = "trivy-operator";

    public static final String RESOURCE_KIND = "trivy-operator.resource.kind";
    /** Label when the name is a valid label value, otherwise an annotation of the same key. */
    public static final String RESOURCE_NAME = "trivy-operator.resource.name";
    /** Label that stands in for {@link #RESOURCE_NAME} when the name is no valid label value. */
    public static final String RESOURCE_NAME_HASH = "trivy-operator.resource.name-hash";

    public static final String RESOURCE_NAMESPACE = "trivy-operator.resource.namespace";
    public static final String CONTAINER_NAME = "trivy-operator.container.name";
    public static final String RESOURCE_SPEC_HASH = "resource-spec-hash";
    public static final String PLUGIN_CONFIG_HASH = "plugin-config-hash";
    public static final String RESOURCE_IMAGE_ID = "resource-image-id";
    public static final String REUSED_REPORT = "reused-report";
    public static final String VULNERABILITY_SCANNER = "vulnerabilityReport.scanner";
    public static final String NODE_COLLECTOR = "node-info.collector";
    public static final String SBOM_TYPE = "trivy-operator.aquasecurity.github.io/sbom-type";

    /** Annotation: a Go duration such as {@code 24h0m0s}; {@code 0s} asks for deletion now. */
    public static final String REPORT_TTL = "trivy-operator.aquasecurity.github.io/report-ttl";
    /** Annotation on a scan Job: JSON object from container name to image. */
    public static final String CONTAINER_IMAGES = "trivy-operator.container-images";

    public static final String SKIP_DIRS = "trivy-operator.aquasecurity.github.io/skip-dirs";
    public static final String SKIP_FILES = "trivy-operator.aquasecurity.github.io/skip-files";

    /**
     * Annotation on infrastructure reports of ours: ids of the checks that did not see what they look at, separated by blanks ({@code KCV-0042 KCV-0048}).
     * The absence of a finding of theirs says nothing. Reports without the annotation do not tell.
     */
    public static final String NOT_ASSESSED = "breakwater.dev/not-assessed";

    private ReportLabels() {}

    /**
     * Labels and annotations that say which object a report is about.
     *
     * @param labels in the original's order, {@link #MANAGED_BY} included
     * @param annotations empty unless the owner's name is no valid label value
     */
    public record OwnerMarks(Map<String, String> labels, Map<String, String> annotations) {}

    /** Marks for an owner; {@code namespace} is empty for a cluster-scoped one (the label is then present and empty). */
    public static OwnerMarks ofOwner(String kind, String name, String namespace) {
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, String> annotations = new LinkedHashMap<>();
        labels.put(MANAGED_BY, MANAGED_BY_TRIVY_OPERATOR);
        labels.put(RESOURCE_KIND, kind);
        if (ReportNames.isLabelValue(name)) {
            labels.put(RESOURCE_NAME, name);
        } else {
            labels.put(RESOURCE_NAME_HASH, SafeHash.ofString(name));
            annotations.put(RESOURCE_NAME, name);
        }
        labels.put(RESOURCE_NAMESPACE, namespace);
        return new OwnerMarks(labels, annotations);
    }
}
