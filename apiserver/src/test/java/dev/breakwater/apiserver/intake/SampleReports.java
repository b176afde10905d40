package dev.breakwater.apiserver.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Reports made up from a seed, in the order in which the Trivy Operator writes their fields. */
public final class SampleReports {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> SEVERITIES = List.of("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");

    private SampleReports() {}

    public static ObjectNode vulnerabilityReport(String namespace, String name, int findings, Random random) {
        ObjectNode report = JSON.objectNode();
        report.put("apiVersion", "aquasecurity.github.io/v1alpha1").put("kind", "VulnerabilityReport");
        ObjectNode metadata = report.putObject("metadata").put("name", name).put("namespace", namespace);
        metadata.putObject("labels")
                .put("trivy-operator.resource.kind", "ReplicaSet")
                .put("trivy-operator.resource.name", "web-" + random.nextInt(100))
                .put("trivy-operator.container.name", "main");
        ObjectNode body = report.putObject("report");
        body.put("updateTimestamp", "2026-11-20T10:11:12Z");
        body.putObject("scanner")
                .put("name", "Trivy")
                .put("vendor", "Aqua Security")
                .put("version", "0.72.0");
        body.putObject("registry").put("server", "registry.example");
        body.putObject("artifact").put("repository", "shop/web").put("tag", "1." + random.nextInt(50));
        body.putObject("os").put("family", "debian").put("name", "12.5");
        body.putObject("summary")
                .put("criticalCount", random.nextInt(9))
                .put("highCount", random.nextInt(99))
                .put("mediumCount", 3)
                .put("lowCount", 4)
                .put("unknownCount", 0);
        ArrayNode vulnerabilities = body.putArray("vulnerabilities");
        for (int i = 0; i < findings; i++) {
            vulnerabilities.add(vulnerability(random));
        }
        return report;
    }

    public static ObjectNode vulnerability(Random random) {
        ObjectNode one = JSON.objectNode();
        int number = random.nextInt(20_000);
        String product = "lib" + Integer.toString(random.nextInt(5000), 36);
        one.put("vulnerabilityID", "CVE-2024-" + number);
        one.put("resource", product);
        one.put(
                "installedVersion",
                "1." + random.nextInt(20) + "." + random.nextInt(40) + "-deb12u" + random.nextInt(5));
        one.put("fixedVersion", random.nextInt(3) == 0 ? "" : "1.9." + random.nextInt(90));
        one.put("publishedDate", "2024-03-%02dT17:15:08Z".formatted(1 + random.nextInt(28)));
        one.put("lastModifiedDate", "2024-06-%02dT11:23:49Z".formatted(1 + random.nextInt(28)));
        one.put("severity", SEVERITIES.get(random.nextInt(5)));
        one.put("title", product + ": out-of-bounds read in the parser of version " + number + " <remote> \"quoted\"");
        one.put("description", "A flaw was found in " + product + ". " + words(random, 30 + random.nextInt(40)));
        one.put("primaryLink", "https://avd.example/nvd/cve-2024-" + number);
        one.putArray("links");
        one.put("score", (10 + random.nextInt(89)) / 10.0);
        one.put("target", "web (debian 12.5)");
        one.put("class", "os-pkgs");
        one.put("packageType", "debian");
        one.put("packagePURL", "pkg:deb/debian/" + product + "@1.2?arch=amd64&distro=debian-12.5");
        return one;
    }

    public static ObjectNode sbomReport(String namespace, String name, int components, Random random) {
        ObjectNode report = JSON.objectNode();
        report.put("apiVersion", "aquasecurity.github.io/v1alpha1").put("kind", "SbomReport");
        report.putObject("metadata").put("name", name).put("namespace", namespace);
        ObjectNode body = report.putObject("report");
        body.put("updateTimestamp", "2026-11-20T10:11:12Z");
        body.putObject("scanner")
                .put("name", "Trivy")
                .put("vendor", "Aqua Security")
                .put("version", "0.72.0");
        body.putObject("artifact").put("repository", "shop/web").put("tag", "1.2");
        body.putObject("summary").put("componentsCount", components).put("dependenciesCount", 1);
        ObjectNode bom = body.putObject("components");
        bom.put("bomFormat", "CycloneDX")
                .put("specVersion", "1.6")
                .put("serialNumber", "urn:uuid:1")
                .put("version", 1);
        bom.putObject("metadata").put("timestamp", "2026-11-20T10:11:12Z");
        ArrayNode list = bom.putArray("components");
        for (int i = 0; i < components; i++) {
            ObjectNode component = list.addObject();
            component.put("bom-ref", "ref-" + i).put("type", "library").put("name", "lib" + random.nextInt());
            component.put("version", "1." + i).put("purl", "pkg:deb/debian/lib@" + i);
            component.putArray("properties").addObject().put("name", "n").put("value", words(random, 6));
        }
        bom.putArray("dependencies")
                .addObject()
                .put("ref", "ref-0")
                .putArray("dependsOn")
                .add("ref-1");
        return report;
    }

    public static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(Integer.toString(random.nextInt(46656), 36));
        }
        return text.toString();
    }

    /** The same value with the members of every object in another order. */
    public static JsonNode shuffled(JsonNode value, Random random) {
        if (value.isObject()) {
            List<Map.Entry<String, JsonNode>> members = new ArrayList<>(value.properties());
            Collections.shuffle(members, random);
            ObjectNode copy = JSON.objectNode();
            members.forEach(member -> copy.set(member.getKey(), shuffled(member.getValue(), random)));
            return copy;
        }
        if (value.isArray()) {
            ArrayNode copy = JSON.arrayNode();
            value.forEach(element -> copy.add(shuffled(element, random)));
            return copy;
        }
        return value;
    }

    /** Any JSON, with strings and keys that need care. */
    public static JsonNode anything(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> JSON.textNode(text(random));
            case 1 -> JSON.numberNode(random.nextLong());
            case 2 -> JSON.numberNode(random.nextInt(2000) / 8.0 - 100);
            case 3 -> JSON.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
            case 4 -> JSON.booleanNode(random.nextBoolean());
            case 5 -> JSON.nullNode();
            case 6 -> {
                ArrayNode array = JSON.arrayNode();
                for (int i = random.nextInt(5); i > 0; i--) {
                    array.add(anything(random, depth - 1));
                }
                yield array;
            }
            default -> {
                ObjectNode object = JSON.objectNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.set(text(random), anything(random, depth - 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(8)) {
                case 0 -> text.append('"');
                case 1 -> text.append('\\');
                case 2 -> text.append((char) random.nextInt(0x20));
                case 3 -> text.append("\u00e9\u2028");
                case 4 -> text.appendCodePoint(0x1f600 + random.nextInt(50));
                case 5 -> text.append('\uffee');
                default -> text.append((char) ('a' + random.nextInt(4)));
            }
        }
        return text.toString();
    }
}
