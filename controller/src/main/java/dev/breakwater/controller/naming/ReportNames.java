package dev.breakwater.controller.naming;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names of reports and Jobs (trivy-operator 2.2). A readable name is used where the original considers it valid, a hashed one otherwise; which
 * rule decides "valid" differs by report kind, and is reproduced because other programs look reports up by name.
 *
 * <p>{@code kind} is always the kind of the report's owner, for example {@code ReplicaSet}; a Deployment never owns a report.
 */
public final class ReportNames {
    private static final int MAX_LENGTH = 63;
    private static final int OWN_BYTES = 16;

    private ReportNames() {}

    /** Vulnerability, secret and SBOM reports: one per container. */
    public static String ofContainer(String kind, String name, String container) {
        String readable = lower(kind) + "-" + name + "-" + container;
        return isLabelValue(readable) ? readable : lower(kind) + "-" + SafeHash.ofString(name + "-" + container);
    }

    /** ConfigAudit and RbacAssessment reports of either scope. */
    public static String ofConfiguration(String kind, String name) {
        String readable = lower(kind) + "-" + name;
        return isDnsLabel(readable) ? readable : lower(kind) + "-" + SafeHash.ofString(name);
    }

    /** InfraAssessment reports of either scope. */
    public static String ofInfrastructure(String kind, String name) {
        String readable = lower(kind) + "-" + name;
        return isLabelValue(readable) ? readable : lower(kind) + "-" + SafeHash.ofString(name);
    }

    /** Names for the report of a container of the workload with this uid. */
    public static ReportName forContainer(String kind, String name, String container, String uid) {
        return new ReportName(ofContainer(kind, name, container), own(kind, name, container, uid));
    }

    /** Names for the ConfigAudit or RbacAssessment report of the object with this uid. */
    public static ReportName forConfiguration(String kind, String name, String uid) {
        return new ReportName(ofConfiguration(kind, name), own(kind, name, uid));
    }

    /** Names for the InfraAssessment report of the object with this uid. */
    public static ReportName forInfrastructure(String kind, String name, String uid) {
        return new ReportName(ofInfrastructure(kind, name), own(kind, name, uid));
    }

    /** Joined with what no name may hold, and of 128 bits; the uid keeps others from taking it beforehand. */
    private static String own(String kind, String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest((kind + "/" + String.join("/", parts)).getBytes(StandardCharsets.UTF_8));
            return lower(kind) + "-" + HexFormat.of().formatHex(digest, 0, OWN_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** ClusterSbomReport of an image; {@code repository} as the registry knows it ({@code library/nginx}). */
    public static String ofImage(String server, String repository, String tag) {
        String shortRepository =
                repository.startsWith("library/") ? repository.substring("library/".length()) : repository;
        return SafeHash.ofString(server + "/" + shortRepository + ":" + tag);
    }

    /** ClusterComplianceReport: looked up by its spec's id in lower case. */
    public static String ofCompliance(String complianceId) {
        return lower(complianceId);
    }

    /** The Job that scans a workload's images. */
    public static String scanJob(String kind, String name, String namespace) {
        return "scan-vulnerabilityreport-" + SafeHash.ofObject(kind, name, namespace);
    }

    /** The Job that collects the facts of the node with this uid; two nodes never share one, as they could by the original's hash of 32 bits. */
    public static String nodeCollectorJob(String nodeName, String uid) {
        return "node-collector-" + own("Node", nodeName, uid).substring("node-".length());
    }

    /** Whether the text may be a label's value: empty, or at most 63 characters, alphanumeric at both ends, {@code -_.} between. */
    public static boolean isLabelValue(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean edge = i == 0 || i == text.length() - 1;
            if (!isAlphanumeric(c) && (edge || (c != '-' && c != '_' && c != '.'))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the text is a DNS-1123 label: 1 to 63 lower-case alphanumerics and {@code -}, alphanumeric at both ends. */
    public static boolean isDnsLabel(String text) {
        return !text.isEmpty()
                && isLabelValue(text)
                && text.chars().noneMatch(c -> c == '_' || c == '.' || Character.isUpperCase(c));
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
