package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Sends.bytes;

import java.util.List;

/** Row a and the YAML of rows c, d and h. */
final class YamlCases {
    private static final String HEAD = """
            apiVersion: aquasecurity.github.io/v1alpha1
            kind: VulnerabilityReport
            metadata: {name: drill-yaml}
            """;

    private YamlCases() {}

    static List<Case> all() {
        return Case.of(
                Case.refused(
                        "a",
                        "alias-tripled",
                        "16 arrays that each name the one before three times",
                        scene -> Sends.createYaml(scene, bytes(HEAD + tripled(16)))),
                Case.refused(
                        "a",
                        "alias-tripled-options",
                        "the same in DeleteOptions of what does not exist",
                        scene -> Sends.deleteYaml(scene, bytes("kind: DeleteOptions\napiVersion: v1\n" + tripled(16)))),
                Case.refused(
                        "a",
                        "alias-long-text",
                        "one text of 60 kB named 400 times",
                        scene -> Sends.createYaml(
                                scene,
                                Texts.listed(HEAD + "t: &t " + "x".repeat(60_000) + "\nl: [", 400, _ -> "*t", "]\n"))),
                Case.refused(
                        "a",
                        "alias-mapping",
                        "mappings of nine references, five deep",
                        scene -> Sends.createYaml(scene, bytes(HEAD + mappings(5)))),
                Case.refused(
                        "a",
                        "alias-merge-key",
                        "merge keys that double, 16 deep",
                        scene -> Sends.createYaml(scene, bytes(HEAD + merged(16)))),
                Case.refused(
                        "a",
                        "alias-anchor-key",
                        "one mapping of 20,000 keys named 45 times",
                        scene -> Sends.createYaml(scene, anchoredMapping(20_000, 45))),
                Case.refused(
                        "a",
                        "alias-options-text",
                        "a text of 20 kB named 3,000 times in DeleteOptions",
                        scene -> Sends.deleteYaml(
                                scene,
                                Texts.listed(
                                        "kind: DeleteOptions\napiVersion: v1\nt: &t " + "y".repeat(20_000) + "\nl: [",
                                        3_000,
                                        _ -> "*t",
                                        "]\n"))),
                Case.answered(
                        "c",
                        "yaml-arrays",
                        "900,000 empty arrays",
                        scene -> Sends.createYaml(scene, Texts.listed(HEAD + "x: [", 900_000, _ -> "[]", "]\n"))),
                Case.answered(
                        "c",
                        "yaml-scalars",
                        "1.4 million scalars of one letter",
                        scene -> Sends.createYaml(scene, Texts.listed(HEAD + "x: [", 1_400_000, _ -> "a", "]\n"))),
                Case.answered(
                        "c",
                        "yaml-mappings",
                        "500,000 empty mappings, four at once",
                        scene -> scene.together(
                                4,
                                _ -> Sends.createYaml(scene, Texts.listed(HEAD + "x: [", 500_000, _ -> "{}", "]\n")))),
                Case.answered(
                        "c",
                        "yaml-keys",
                        "250,000 keys of the top",
                        scene -> Sends.createYaml(scene, bytes(HEAD + lines(250_000, "k%d: 1\n")))),
                Case.answered(
                        "c",
                        "yaml-documents",
                        "300,000 documents in one body",
                        scene -> Sends.createYaml(scene, bytes(HEAD + lines(300_000, "---\n")))),
                Case.answered(
                        "d",
                        "yaml-sexagesimal",
                        "a number of base 60 with 500,000 parts",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x: 1" + ":1".repeat(500_000) + "\n"))),
                Case.answered(
                        "d",
                        "yaml-sexagesimal-float",
                        "a float of base 60 with 400,000 parts",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x: 1" + ":59".repeat(400_000) + ".5\n"))),
                Case.answered(
                        "d",
                        "yaml-digits",
                        "a number of a million digits, four at once",
                        scene -> scene.together(
                                4, _ -> Sends.createYaml(scene, bytes(HEAD + "x: " + "9".repeat(1_000_000) + "\n")))),
                Case.answered(
                        "d",
                        "yaml-hex",
                        "a hexadecimal number of a million digits",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x: 0x" + "f".repeat(1_000_000) + "\n"))),
                Case.answered(
                        "d",
                        "yaml-binary",
                        "a binary number of two million digits and underscores",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x: 0b" + "1_".repeat(1_000_000) + "1\n"))),
                Case.refused(
                        "h",
                        "yaml-self",
                        "an anchor within itself",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x: &x [*x]\n"))),
                Case.refused(
                        "h",
                        "yaml-self-mapping",
                        "a mapping that holds itself, in DeleteOptions",
                        scene ->
                                Sends.deleteYaml(scene, bytes("kind: DeleteOptions\napiVersion: v1\nx: &x {y: *x}\n"))),
                Case.refused(
                        "h",
                        "yaml-deep",
                        "200,000 nested arrays",
                        scene -> Sends.createYaml(
                                scene, bytes(HEAD + "x: " + "[".repeat(200_000) + "]".repeat(200_000) + "\n"))),
                Case.refused(
                        "h",
                        "yaml-deep-block",
                        "5,000 sequences in one another by dashes",
                        scene -> Sends.createYaml(scene, bytes(HEAD + "x:\n" + "- ".repeat(5_000) + "a\n"))),
                Case.refused(
                        "h",
                        "yaml-tag",
                        "a tag of a type that YAML has not, and a timestamp as key",
                        scene -> Sends.createYaml(
                                scene, bytes(HEAD + "x: !!java.net.URL [a]\n2001-01-01: {? [a]: b}\n"))),
                Case.refused(
                        "h",
                        "yaml-bytes",
                        "bytes that are no text",
                        scene -> Sends.createYaml(
                                scene, new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe, 0, 1, '\n'})));
    }

    private static String tripled(int depth) {
        StringBuilder text = new StringBuilder("z0: &z0 [a, a, a]\n");
        for (int i = 1; i <= depth; i++) {
            text.append("z%d: &z%d [*z%d,*z%d,*z%d]\n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        return text.toString();
    }

    private static String mappings(int depth) {
        StringBuilder text = new StringBuilder("m0: &m0 {a: 1}\n");
        for (int i = 1; i <= depth; i++) {
            text.append("m%d: &m%d {".formatted(i, i));
            for (int j = 0; j < 9; j++) {
                text.append("k%d: *m%d, ".formatted(j, i - 1));
            }
            text.append("}\n");
        }
        return text.toString();
    }

    private static String merged(int depth) {
        StringBuilder text = new StringBuilder("n0: &n0 {a: {b: c}}\n");
        for (int i = 1; i <= depth; i++) {
            text.append("n%d: &n%d {<<: *n%d, l%d: *n%d, r%d: *n%d}\n".formatted(i, i, i - 1, i, i - 1, i, i - 1));
        }
        return text.toString();
    }

    private static byte[] anchoredMapping(int keys, int times) {
        byte[] mapping = Texts.listed(HEAD + "m: &m {", keys, i -> "k" + i + ": v", "}\n");
        byte[] uses = Texts.listed("l: [", times, _ -> "*m", "]\n");
        byte[] all = new byte[mapping.length + uses.length];
        System.arraycopy(mapping, 0, all, 0, mapping.length);
        System.arraycopy(uses, 0, all, mapping.length, uses.length);
        return all;
    }

    private static String lines(int times, String each) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < times; i++) {
            text.append(each.formatted(i));
        }
        return text.toString();
    }
}
