package dev.breakwater.bench.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.bench.wire.Request;

/** How a case brings a body to the server: the verbs and media types that read one. */
final class Sends {
    static final String NAMESPACE = "drill";
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private Sends() {}

    static void create(Scene scene, byte[] json) {
        create(scene, "", json);
    }

    static void create(Scene scene, String query, byte[] json) {
        scene.send(Request.of(
                "POST", drill(scene) + query, JSON, json, scene.paths().attacker()));
    }

    static void createYaml(Scene scene, byte[] yaml) {
        scene.send(Request.of("POST", drill(scene), YAML, yaml, scene.paths().attacker()));
    }

    static void mergePatch(Scene scene, byte[] patch) {
        scene.send(Request.of(
                "PATCH",
                scene.paths().known(),
                "application/merge-patch+json",
                patch,
                scene.paths().attacker()));
    }

    static void jsonPatch(Scene scene, byte[] patch) {
        scene.send(Request.of(
                "PATCH",
                scene.paths().known(),
                "application/json-patch+json",
                patch,
                scene.paths().attacker()));
    }

    /** Deletes what does not exist: the options are read all the same. */
    static void delete(Scene scene, String contentType, byte[] options) {
        scene.send(Request.of(
                "DELETE",
                drill(scene) + "/no-such-report",
                contentType,
                options,
                scene.paths().attacker()));
    }

    static void deleteYaml(Scene scene, byte[] options) {
        delete(scene, YAML, options);
    }

    static void deleteJson(Scene scene, byte[] options) {
        delete(scene, JSON, options);
    }

    static void post(Scene scene, String path, byte[] json) {
        scene.send(Request.of("POST", path, JSON, json, scene.paths().attacker()));
    }

    static void get(Scene scene, String path) {
        scene.send(Request.get(path, scene.paths().attacker()));
    }

    static String drill(Scene scene) {
        return scene.paths().in(NAMESPACE);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
