package dev.breakwater.bench.drill;

import static dev.breakwater.bench.drill.Sends.bytes;

import java.util.List;

/** The JSON bodies of rows c, d and h. */
final class TreeCases {
    private static final byte[] NOTHING = new byte[0];

    private TreeCases() {}

    static List<Case> all() {
        return Case.of(
                Case.answered(
                        "c",
                        "json-top-keys",
                        "600,000 unknown keys at the top",
                        scene -> Sends.create(scene, Texts.report("c1", NOTHING, keys(600_000)))),
                Case.answered(
                        "c",
                        "json-os-keys",
                        "600,000 unknown keys within report.os",
                        scene -> Sends.create(scene, within("os", keys(600_000)))),
                Case.answered(
                        "c",
                        "json-arrays",
                        "2.7 million empty arrays in an unknown field",
                        scene -> Sends.create(
                                scene,
                                Texts.report("c3", Texts.listed("\"x\":[", 2_700_000, _ -> "[]", "]"), NOTHING))),
                Case.answered(
                        "c",
                        "json-strict",
                        "a million unknown keys with fieldValidation=Strict",
                        scene -> Sends.create(
                                scene, "?fieldValidation=Strict", Texts.report("c4", NOTHING, keys(1_000_000)))),
                Case.answered(
                        "c",
                        "json-warn",
                        "a million unknown keys with fieldValidation=Warn",
                        scene -> Sends.create(
                                scene, "?fieldValidation=Warn", Texts.report("c5", NOTHING, keys(1_000_000)))),
                Case.answered(
                        "c",
                        "json-duplicates",
                        "a million times the same key with Strict",
                        scene -> Sends.create(
                                scene,
                                "?fieldValidation=Strict",
                                Texts.report("c6", Texts.listed("", 1_000_000, _ -> "\"x\":1", ""), NOTHING))),
                Case.answered(
                        "c",
                        "json-wrong-findings",
                        "400,000 findings that each break the schema",
                        scene -> Sends.create(
                                scene,
                                bytes(Texts.small("c7")
                                        .replace(
                                                "\"vulnerabilities\":[]",
                                                "\"vulnerabilities\":[" + "{\"a\":1},".repeat(400_000) + "{}]")))),
                Case.answered(
                        "c",
                        "json-annotations",
                        "300,000 annotations",
                        scene -> Sends.create(
                                scene,
                                metadata(Texts.listed("\"annotations\":{", 300_000, i -> "\"k" + i + "\":\"\"", "}")))),
                Case.answered(
                        "c",
                        "json-finalizers",
                        "700,000 finalizers",
                        scene -> Sends.create(
                                scene, metadata(Texts.listed("\"finalizers\":[", 700_000, _ -> "\"a/b\"", "]")))),
                Case.answered(
                        "c",
                        "json-owners",
                        "400,000 owners without a field",
                        scene -> Sends.create(
                                scene, metadata(Texts.listed("\"ownerReferences\":[", 400_000, _ -> "{}", "]")))),
                Case.answered(
                        "c",
                        "json-managed",
                        "400,000 managed fields",
                        scene -> Sends.create(
                                scene,
                                metadata(Texts.listed("\"managedFields\":[", 400_000, _ -> "{\"fieldsV1\":{}}", "]")))),
                Case.answered(
                        "c",
                        "json-pairs",
                        "nested pairs: 500,000 objects within arrays within objects",
                        scene -> Sends.create(
                                scene,
                                Texts.report(
                                        "c12", Texts.listed("\"x\":[", 500_000, _ -> "{\"a\":[{}]}", "]"), NOTHING))),
                Case.answered(
                        "c",
                        "json-eight",
                        "eight bodies of a million empty texts at once",
                        scene -> scene.together(
                                8,
                                i -> Sends.create(
                                        scene,
                                        Texts.report(
                                                "c13-" + i,
                                                Texts.listed("\"x\":[", 1_000_000, _ -> "\"\"", "]"),
                                                NOTHING)))),
                Case.answered(
                        "c",
                        "options-keys",
                        "DeleteOptions with 280,000 unknown keys",
                        scene -> Sends.deleteJson(
                                scene,
                                Texts.listed(
                                        "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",",
                                        280_000,
                                        i -> "\"k" + i + "\":1",
                                        "}"))),
                Case.answered(
                        "c",
                        "review-arrays",
                        "a SelfSubjectAccessReview with 900,000 empty arrays",
                        scene -> Sends.post(
                                scene,
                                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                Texts.listed("{\"spec\":{\"x\":[", 900_000, _ -> "[]", "]}}"))),
                Case.answered(
                        "d",
                        "digits",
                        "a number of a million digits, three at once",
                        scene -> scene.together(
                                3,
                                i -> Sends.create(
                                        scene,
                                        Texts.report("d1-" + i, bytes("\"x\":" + "1".repeat(1_000_000)), NOTHING)))),
                Case.answered(
                        "d",
                        "digits-known",
                        "a count of three million digits in report.summary, three at once",
                        scene -> scene.together(
                                3,
                                i -> Sends.create(
                                        scene,
                                        bytes(Texts.small("d2-" + i)
                                                .replace(
                                                        "\"highCount\":0",
                                                        "\"highCount\":" + "8".repeat(3_000_000)))))),
                Case.answered(
                        "d",
                        "digits-finding",
                        "a score of two million digits within a finding",
                        scene -> Sends.create(
                                scene,
                                bytes(Texts.small("d3")
                                        .replace(
                                                "\"vulnerabilities\":[]",
                                                "\"vulnerabilities\":[{\"score\":" + "3".repeat(2_000_000) + "}]")))),
                Case.answered("d", "fraction", "a fraction of a million digits, and one of zeros", scene -> {
                    Sends.create(scene, Texts.report("d4", bytes("\"x\":0." + "3".repeat(1_000_000)), NOTHING));
                    Sends.create(scene, Texts.report("d5", bytes("\"x\":0." + "0".repeat(1_000_000) + "1"), NOTHING));
                }),
                Case.answered("d", "exponents", "exponents of eight to a million digits", scene -> {
                    Sends.create(scene, Texts.report("d6", bytes("\"x\":1e99999999"), NOTHING));
                    Sends.create(scene, Texts.report("d7", bytes("\"x\":1e-99999999"), NOTHING));
                    Sends.create(scene, Texts.report("d8", bytes("\"x\":1e" + "9".repeat(1_000_000)), NOTHING));
                    Sends.create(scene, bytes(Texts.small("d9").replace("\"highCount\":0", "\"highCount\":1e400")));
                }),
                Case.answered(
                        "d",
                        "options-digits",
                        "a grace period of a million digits in DeleteOptions",
                        scene -> Sends.deleteJson(
                                scene,
                                bytes("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":"
                                        + "6".repeat(1_000_000) + "}"))),
                Case.answered(
                        "d", "query-digits", "limits, versions and timeouts of 6,000 digits in queries", scene -> {
                            String all = scene.paths().all();
                            for (String key : List.of("limit", "resourceVersion", "timeoutSeconds", "continue")) {
                                Sends.get(scene, all + "?" + key + "=" + "9".repeat(6_000));
                            }
                        }),
                Case.refused(
                        "h",
                        "json-deep",
                        "a report 200,000 arrays deep",
                        scene -> Sends.create(
                                scene,
                                Texts.report(
                                        "h1", bytes("\"x\":" + "[".repeat(200_000) + "]".repeat(200_000)), NOTHING))),
                Case.refused(
                        "h",
                        "options-deep",
                        "DeleteOptions 100,000 deep",
                        scene -> Sends.deleteJson(
                                scene,
                                bytes("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"x\":" + "[".repeat(100_000)
                                        + "]".repeat(100_000) + "}"))),
                Case.refused(
                        "h",
                        "options-deep-little",
                        "DeleteOptions with preconditions 5,000 deep",
                        scene -> Sends.deleteJson(
                                scene,
                                bytes("{\"preconditions\":" + "{\"uid\":".repeat(5_000) + "1" + "}".repeat(5_001)))),
                Case.refused(
                        "h",
                        "review-deep",
                        "a SelfSubjectAccessReview 100,000 deep",
                        scene -> Sends.post(
                                scene,
                                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                bytes("{\"spec\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"))),
                Case.refused(
                        "h", "continue-deep", "continue tokens of deep JSON, of huge numbers and of nothing", scene -> {
                            String all = scene.paths().all();
                            for (String token :
                                    List.of("[".repeat(3_000), "{\"rv\":1e999999999}", "{}", "null", "\u0000")) {
                                Sends.get(scene, all + "?limit=5&continue=" + base64(token));
                            }
                        }),
                Case.refused("h", "queries", "selectors and options that are none", scene -> {
                    String all = scene.paths().all();
                    for (String query : List.of(
                            "labelSelector=" + "%28".repeat(2_000),
                            "labelSelector=a+in+%28" + "%2C".repeat(2_000),
                            "fieldSelector=" + "%5C".repeat(2_001),
                            "limit=1e9",
                            "watch=true&timeoutSeconds=-9999999999999999999",
                            "resourceVersion=18446744073709551616",
                            "%00=%00&labelSelector=%ff%fe%00")) {
                        Sends.get(scene, all + "?" + query);
                    }
                }));
    }

    private static String base64(String text) {
        return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(text));
    }

    private static byte[] keys(int count) {
        return Texts.listed("", count, i -> "\"k" + i + "\":1", "");
    }

    private static byte[] metadata(byte[] more) {
        return inserted(Texts.small("drill-metadata"), "\"metadata\":{\"name\":\"drill-metadata\",", more);
    }

    private static byte[] within(String field, byte[] more) {
        return inserted(Texts.small("drill-" + field), "\"" + field + "\":{", more);
    }

    /** Puts {@code more} behind {@code after}, with a comma behind it unless the object ends there. */
    private static byte[] inserted(String json, String after, byte[] more) {
        String open = after.endsWith(",") ? after.substring(0, after.length() - 1) : after;
        int at = json.indexOf(open) + open.length();
        String before = json.substring(0, at) + (after.endsWith(",") ? "," : "");
        String rest = (after.endsWith(",") ? "" : ",") + json.substring(at);
        byte[] all = new byte[before.length() + more.length + rest.length()];
        System.arraycopy(bytes(before), 0, all, 0, before.length());
        System.arraycopy(more, 0, all, before.length(), more.length);
        System.arraycopy(bytes(rest), 0, all, before.length() + more.length, rest.length());
        return all;
    }
}
