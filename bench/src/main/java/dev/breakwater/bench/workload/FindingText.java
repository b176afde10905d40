package dev.breakwater.bench.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Writes reports in the shape and with about the redundancy of real ones: a title and a version return, an identifier does not. */
final class FindingText {
    private static final long YEAR_2060 = 2_840_140_800L;
    private static final Instant MODIFIED = Instant.parse("2099-06-17T00:15:00Z");
    private static final List<String> SEVERITIES = List.of("CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN");
    private static final List<String> SYLLABLES = List.of(
            "ba", "cor", "dex", "el", "fin", "gra", "hol", "in", "jas", "kel", "lum", "mor", "nix", "or", "pel", "qua",
            "ris", "sol", "tan", "ul", "ver", "wex", "yar", "zim");
    private static final List<String> FLAWS = List.of(
            "heap buffer overflow",
            "use after free",
            "out-of-bounds read",
            "integer overflow",
            "NULL pointer dereference",
            "uncontrolled recursion",
            "improper certificate validation",
            "race condition",
            "memory leak",
            "path traversal",
            "denial of service",
            "information disclosure",
            "privilege escalation");
    private static final List<String> PLACES = List.of(
            "when parsing a crafted archive",
            "in the handling of long host names",
            "through a malformed header",
            "in the decoder of compressed streams",
            "via a specially crafted regular expression",
            "while printing a translated message",
            "in the name resolution of the client",
            "when many connections are closed at once",
            "in the signature verification",
            "on platforms with 32-bit sizes");

    private final RandomGenerator random;

    FindingText(RandomGenerator random) {
        this.random = random;
    }

    Content content(int number, int findings) {
        String image = "shop/" + word() + "-" + number;
        String digest = "sha256:" + hex() + hex() + hex() + hex();
        int[] counts = new int[SEVERITIES.size()];
        StringBuilder list = new StringBuilder(findings * 460 + 1000);
        String dependency = "";
        String installed = "";
        String fixed = "";
        int left = 0;
        for (int i = 0; i < findings; i++) {
            if (left == 0) {
                // A package has several findings, which Trivy lists one after the other.
                dependency = word() + (random.nextInt(3) == 0 ? "-" + word() : "");
                installed = version();
                fixed = random.nextInt(4) == 0 ? "" : version();
                left = 1 + random.nextInt(9);
            }
            left--;
            int severity = severity();
            counts[severity]++;
            list.append(i == 0 ? "" : ",").append(finding(dependency, installed, fixed, SEVERITIES.get(severity)));
        }
        String text =
                """
                ","scanner":{"name":"Trivy","vendor":"Aqua Security","version":"0.72.0"},"registry":{"server":"registry.bench.invalid"},\
                "artifact":{"repository":"%s","digest":"%s","tag":"1.%d"},"os":{"family":"debian","name":"12.7"},\
                "summary":{"criticalCount":%d,"highCount":%d,"mediumCount":%d,"lowCount":%d,"unknownCount":%d},\
                "vulnerabilities":[""".formatted(image, digest, random.nextInt(40), counts[0], counts[1], counts[2], counts[3], counts[4]);
        return new Content(image, digest, findings, (text + list + "]}}").getBytes(UTF_8));
    }

    private String finding(String dependency, String installed, String fixed, String severity) {
        String identifier = "CVE-2099-" + (10_000 + random.nextInt(50_000));
        Instant published = Instant.ofEpochSecond(YEAR_2060 + random.nextLong(1_000_000_000L));
        return """
                {"vulnerabilityID":"%s","resource":"%s","installedVersion":"%s","fixedVersion":"%s","publishedDate":"%s",\
                "lastModifiedDate":"%s","severity":"%s","title":"%s: %s %s","primaryLink":"https://cve.invalid/%s","links":[],\
                "score":%d.%d,"target":"","packagePURL":"pkg:deb/debian/%s@%s?arch=amd64"}""".formatted(
                        identifier,
                        dependency,
                        installed,
                        fixed,
                        published,
                        MODIFIED.plusSeconds(random.nextInt(30) * 86_400L),
                        severity,
                        dependency,
                        pick(FLAWS),
                        pick(PLACES),
                        identifier.toLowerCase(Locale.ROOT),
                        2 + random.nextInt(7),
                        1 + random.nextInt(9),
                        dependency,
                        installed);
    }

    /** Index into {@link #SEVERITIES}: a few critical, most medium and low. */
    private int severity() {
        int percent = random.nextInt(100);
        return percent < 3 ? 0 : percent < 18 ? 1 : percent < 55 ? 2 : percent < 97 ? 3 : 4;
    }

    private String version() {
        return "%d.%d.%d-%d+deb12u%d"
                .formatted(
                        random.nextInt(9),
                        random.nextInt(40),
                        random.nextInt(20),
                        1 + random.nextInt(4),
                        1 + random.nextInt(9));
    }

    private String word() {
        return pick(SYLLABLES) + pick(SYLLABLES) + (random.nextBoolean() ? pick(SYLLABLES) : "");
    }

    private String hex() {
        return "%016x".formatted(random.nextLong());
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
