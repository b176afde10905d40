package dev.breakwater.bench.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.function.IntFunction;

/** Bodies of a wanted size, made of a few words each. */
final class Texts {
    private Texts() {}

    /** {@code before}, then something {@code times} over with commas between, then {@code after}. */
    static byte[] listed(String before, int times, IntFunction<String> each, String after) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
        out.writeBytes(before.getBytes(UTF_8));
        for (int i = 0; i < times; i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(each.apply(i).getBytes(UTF_8));
        }
        out.writeBytes(after.getBytes(UTF_8));
        return out.toByteArray();
    }

    /** A report of this name with further fields in {@code report} and at the top. */
    static byte[] report(String name, byte[] moreOfReport, byte[] moreOfTop) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(moreOfReport.length + moreOfTop.length + 800);
        out.writeBytes(small(name).replaceAll("\\}\\s*\\}$", "").getBytes(UTF_8));
        if (moreOfReport.length > 0) {
            out.write(',');
            out.writeBytes(moreOfReport);
        }
        out.write('}');
        if (moreOfTop.length > 0) {
            out.write(',');
            out.writeBytes(moreOfTop);
        }
        out.write('}');
        return out.toByteArray();
    }

    /** A small report, valid. */
    static String small(String name) {
        return small("aquasecurity.github.io", name);
    }

    static String small(String group, String name) {
        return """
                {"apiVersion":"%s/v1alpha1","kind":"VulnerabilityReport","metadata":{"name":"%s"},\
                "report":{"updateTimestamp":"2026-11-01T00:00:00Z",\
                "scanner":{"name":"Trivy","vendor":"Aqua Security","version":"0.67.0"},\
                "registry":{"server":"registry.example"},"artifact":{"repository":"shop/cart","tag":"1.0"},\
                "os":{"family":"debian","name":"12"},\
                "summary":{"criticalCount":0,"highCount":0,"mediumCount":0,"lowCount":0,"unknownCount":0,"noneCount":0},\
                "vulnerabilities":[]}}""".formatted(group, name);
    }
}
