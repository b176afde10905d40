package dev.breakwater.controller.reports;

import com.fasterxml.jackson.core.JsonToken;
import dev.breakwater.controller.kube.Resource;

/** The kinds that a scan of an image writes, one object of each per container. */
public enum ReportKind {
    VULNERABILITY("VulnerabilityReport", "vulnerabilityreports", "vulnerabilities"),
    EXPOSED_SECRET("ExposedSecretReport", "exposedsecretreports", "secrets"),
    SBOM("SbomReport", "sbomreports", "components");

    public static final String GROUP = "aquasecurity.github.io";
    public static final String VERSION = "v1alpha1";

    private final Resource resource;
    private final String bulkField;

    ReportKind(String kind, String plural, String bulkField) {
        this.resource = new Resource(GROUP, VERSION, plural, kind, true);
        this.bulkField = bulkField;
    }

    public Resource resource() {
        return resource;
    }

    /** The field of {@code report} that holds the long part. */
    String bulkField() {
        return bulkField;
    }

    /** What the long part begins with. */
    JsonToken bulkStart() {
        return this == SBOM ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
    }
}
