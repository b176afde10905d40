package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Sends.bytes;

import java.util.List;

/** Row b, and the patches of rows c, d and h. */
final class PatchCases {
    private PatchCases() {}

    static List<Case> all() {
        return Case.of(
                Case.refused(
                        "b",
                        "copy-document",
                        "twelve copies of a report of 76 kB into itself",
                        scene -> Sends.jsonPatch(scene, copies(12, "", "/report/x%d"))),
                Case.refused(
                        "b",
                        "copy-array",
                        "an array copied into itself 24 times",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed(
                                        "[{\"op\":\"add\",\"path\":\"/report/x\",\"value\":[1]},",
                                        24,
                                        _ -> "{\"op\":\"copy\",\"from\":\"/report/x\",\"path\":\"/report/x/-\"}",
                                        "]"))),
                Case.refused(
                        "b",
                        "copy-report",
                        "report copied into report, 16 times",
                        scene -> Sends.jsonPatch(scene, copies(16, "/report", "/report/y%d"))),
                Case.refused(
                        "b",
                        "copy-bulk",
                        "the findings copied 3,000 times beside each other",
                        scene -> Sends.jsonPatch(scene, copies(3_000, "/report/vulnerabilities", "/report/z%d"))),
                Case.refused(
                        "b",
                        "copy-metadata",
                        "annotations that double 30 times",
                        scene -> Sends.jsonPatch(
                                scene, copies(30, "/metadata/annotations", "/metadata/annotations/a%d"))),
                Case.refused(
                        "b",
                        "copy-text",
                        "a text of a megabyte copied 200 times",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed(
                                        "[{\"op\":\"add\",\"path\":\"/report/t\",\"value\":\"" + "t".repeat(1_000_000)
                                                + "\"},",
                                        200,
                                        i -> "{\"op\":\"copy\",\"from\":\"/report/t\",\"path\":\"/report/t" + i + "\"}",
                                        "]"))),
                Case.answered(
                        "b",
                        "move-many",
                        "an array moved into a new one 9,000 times",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed(
                                        "[{\"op\":\"add\",\"path\":\"/report/m\",\"value\":[]},",
                                        4_500,
                                        _ -> "{\"op\":\"move\",\"from\":\"/report/m\",\"path\":\"/report/n\"},"
                                                + "{\"op\":\"move\",\"from\":\"/report/n\",\"path\":\"/report/m\"}",
                                        "]"))),
                Case.answered(
                        "b",
                        "insert-front",
                        "9,000 values put before each other in an array",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed(
                                        "[{\"op\":\"add\",\"path\":\"/report/f\",\"value\":[]},",
                                        9_000,
                                        _ -> "{\"op\":\"add\",\"path\":\"/report/f/0\",\"value\":0}",
                                        "]"))),
                Case.answered(
                        "c",
                        "merge-arrays",
                        "a merge patch of 2.9 MB with a million empty arrays",
                        scene -> Sends.mergePatch(
                                scene, Texts.listed("{\"report\":{\"x\":[", 960_000, _ -> "[]", "]}}"))),
                Case.answered(
                        "c",
                        "json-patch-arrays",
                        "the same as the value of a JSON patch",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed(
                                        "[{\"op\":\"add\",\"path\":\"/report/x\",\"value\":[",
                                        950_000,
                                        _ -> "[]",
                                        "]}]"))),
                Case.answered(
                        "c",
                        "merge-keys",
                        "a merge patch with 280,000 keys, four at once",
                        scene -> scene.together(
                                4,
                                _ -> Sends.mergePatch(
                                        scene,
                                        Texts.listed("{\"report\":{", 280_000, i -> "\"k" + i + "\":{}", "}}")))),
                Case.answered(
                        "c",
                        "merge-nulls",
                        "a merge patch that removes 280,000 fields",
                        scene -> Sends.mergePatch(
                                scene, Texts.listed("{\"report\":{", 250_000, i -> "\"k" + i + "\":null", "}}"))),
                Case.answered(
                        "c",
                        "json-patch-tests",
                        "a JSON patch of 60,000 operations",
                        scene -> Sends.jsonPatch(
                                scene,
                                Texts.listed("[", 60_000, _ -> "{\"op\":\"test\",\"path\":\"\",\"value\":{}}", "]"))),
                Case.answered("d", "patch-exponent", "1e99999999 in a merge patch and in a JSON patch", scene -> {
                    Sends.mergePatch(scene, bytes("{\"report\":{\"x\":1e99999999}}"));
                    Sends.mergePatch(scene, bytes("{\"report\":{\"x\":1e-99999999}}"));
                    Sends.mergePatch(scene, bytes("{\"report\":{\"summary\":{\"highCount\":12E2147483648}}}"));
                    Sends.jsonPatch(
                            scene, bytes("[{\"op\":\"add\",\"path\":\"/report/x\",\"value\":-7.25E+99999999}]"));
                    Sends.jsonPatch(
                            scene, bytes("[{\"op\":\"test\",\"path\":\"/report/x\",\"value\":1e999999999999}]"));
                }),
                Case.answered(
                        "d",
                        "patch-digits",
                        "a merge patch with a number of a million digits, three at once",
                        scene -> scene.together(
                                3,
                                _ -> Sends.mergePatch(
                                        scene, bytes("{\"report\":{\"x\":" + "7".repeat(1_000_000) + "}}")))),
                Case.answered(
                        "d",
                        "patch-index",
                        "a JSON patch with an index of a million digits",
                        scene -> Sends.jsonPatch(
                                scene,
                                bytes("[{\"op\":\"remove\",\"path\":\"/report/vulnerabilities/" + "4".repeat(1_000_000)
                                        + "\"}]"))),
                Case.refused(
                        "h",
                        "merge-deep",
                        "a merge patch 100,000 deep",
                        scene -> Sends.mergePatch(scene, bytes("{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000)))),
                Case.refused("h", "merge-deep-little", "a merge patch 900 deep, twice", scene -> {
                    byte[] deep = bytes("{\"report\":" + "{\"a\":".repeat(9_000) + "1" + "}".repeat(9_001));
                    Sends.mergePatch(scene, deep);
                    Sends.mergePatch(scene, deep);
                }),
                Case.refused(
                        "h",
                        "json-patch-deep",
                        "a JSON patch whose value is 50,000 arrays deep",
                        scene -> Sends.jsonPatch(
                                scene,
                                bytes("[{\"op\":\"add\",\"path\":\"/report/x\",\"value\":" + "[".repeat(50_000)
                                        + "]".repeat(50_000) + "}]"))),
                Case.refused(
                        "h",
                        "json-patch-pointer",
                        "a JSON pointer of 900,000 parts",
                        scene -> Sends.jsonPatch(
                                scene, bytes("[{\"op\":\"remove\",\"path\":\"" + "/a".repeat(900_000) + "\"}]"))),
                Case.refused(
                        "h",
                        "json-patch-nested",
                        "copies that nest a document 200 levels at a time",
                        scene -> Sends.jsonPatch(scene, nested(60, 200))));
    }

    private static byte[] copies(int times, String from, String path) {
        return Texts.listed(
                "[",
                times,
                i -> "{\"op\":\"copy\",\"from\":\"" + from + "\",\"path\":\"" + path.formatted(i) + "\"}",
                "]");
    }

    /** A value some levels deep, put into its own depth again and again. */
    private static byte[] nested(int times, int depth) {
        String path = "/report/d" + "/a".repeat(depth);
        return Texts.listed(
                "[{\"op\":\"add\",\"path\":\"/report/d\",\"value\":" + "{\"a\":".repeat(depth) + "{}"
                        + "}".repeat(depth) + "},",
                times,
                i -> "{\"op\":\"copy\",\"from\":\"/report/d\",\"path\":\"/report/e\"},"
                        + "{\"op\":\"move\",\"from\":\"/report/e\",\"path\":\"" + path + "/b" + i + "\"}",
                "]");
    }
}
