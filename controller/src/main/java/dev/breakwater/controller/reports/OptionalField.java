package dev.breakwater.controller.reports;

/** Fields of a vulnerability that are written only when asked for; names as in {@code trivy.additionalVulnerabilityOptionalField}. */
public enum OptionalField {
    DESCRIPTION("Description"),
    LINKS("Links"),
    CVSS("CVSS"),
    TARGET("Target"),
    CLASS("Class"),
    PACKAGE_TYPE("PackageType"),
    PACKAGE_PATH("PackagePath");

    private final String key;

    OptionalField(String key) {
        this.key = key;
    }

    /** The name in the configuration. */
    public String key() {
        return key;
    }
}
