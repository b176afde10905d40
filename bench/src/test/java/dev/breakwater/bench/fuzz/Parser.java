package dev.breakwater.bench.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.breakwater.apiserver.standalone.Authority;
import dev.breakwater.apiserver.standalone.Users;
import dev.breakwater.bench.wire.Request;
import dev.breakwater.controller.checks.CheckExamples;
import dev.breakwater.controller.checks.InvalidCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** A parser that reads foreign bytes, how they get there, and what it usually reads. Writes are tried only ({@code dryRun}). */
enum Parser {
    JSON_BODY(
            FuzzedServer.REPORT,
            "{\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"kind\":\"VulnerabilityReport\"}") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("POST", FuzzedServer.REPORTS + "?dryRun=All&fieldValidation=Strict", JSON, input);
            fed.write("PUT", FuzzedServer.KNOWN + "?dryRun=All", JSON, input);
        }
    },
    SBOM_BODY("""
            {"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"SbomReport","metadata":{"name":"a"},"report":{\
            "updateTimestamp":"2026-11-01T00:00:00Z","scanner":{"name":"Trivy","vendor":"a","version":"1"},\
            "artifact":{"repository":"a"},"summary":{"componentsCount":1,"dependenciesCount":1},\
            "components":{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a"}]}}}""") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("POST", COLLECTION.formatted("sbomreports") + "?dryRun=All", JSON, input);
        }
    },
    YAML_BODY("""
            apiVersion: aquasecurity.github.io/v1alpha1
            kind: VulnerabilityReport
            metadata: {name: known, labels: {a: "b"}}
            report:
              summary: &s {highCount: 0x1f, lowCount: 1e3}
              x: |
                text
              y: [~, true, 1_000, .5, -.inf, 2001-01-01, !!str 1]
              z: >-
                folded
            """, "a: &a [1]\nb: *a\n", "? [a]\n: b\n---\n", "a: &a [b: *a]\n") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("POST", FuzzedServer.REPORTS + "?dryRun=All", YAML, input);
            fed.write("DELETE", FuzzedServer.REPORTS + "/none", YAML, input);
        }
    },
    MERGE_PATCH(
            "{\"metadata\":{\"labels\":{\"a\":null}},\"report\":{\"os\":{\"name\":\"1e3\"},\"x\":[1.5e10,{}]}}",
            "{\"report\":{\"x\":1.5e77777}}") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("PATCH", FuzzedServer.KNOWN + "?dryRun=All", "application/merge-patch+json", input);
        }
    },
    JSON_PATCH("""
            [{"op":"add","path":"/report/x","value":[1]},{"op":"copy","from":"/report/x","path":"/report/x/-"},
            {"op":"test","path":"/report/x/0","value":1},{"op":"move","from":"/report/x","path":"/report/y~1"},
            {"op":"replace","path":"/report/os/name","value":1e3},{"op":"remove","path":"/report/vulnerabilities/0"}]
            """, "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/report/z\"}]") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("PATCH", FuzzedServer.KNOWN + "?dryRun=All", "application/json-patch+json", input);
        }
    },
    LABEL_SELECTOR("app in (shop,cart),!x,tier notin (a),n>5,m<7,k==v,l!=w") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.get("?limit=1&labelSelector=" + percent(input));
        }
    },
    FIELD_SELECTOR("metadata.name=known,metadata.namespace!=a\\,b", "metadata.name==a\\=b") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.get("?limit=1&fieldSelector=" + percent(input));
        }
    },
    CONTINUE("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0", "{\"c\":\"a\",\"i\":\"b\",\"k\":\"d\",\"n\":1,\"r\":2}") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.get("?limit=1&continue=" + percent(input));
            fed.get("?limit=1&continue="
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(input));
        }
    },
    QUERY("resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=5&pretty=1&allowWatchBookmarks=true&watch=0") {
        @Override
        void feed(Fed fed, byte[] input) {
            // The first value counts: a watch ends, and on a connection of its own.
            fed.get("?timeoutSeconds=1&watch=false&" + line(input));
        }
    },
    PATH(
            "/apis/aquasecurity.github.io/v1alpha1/vulnerabilityreports",
            "/openapi/v3/apis/breakwater.dev/v1alpha1?hash=A",
            "/api/v1/namespaces/a/%2e%2e//status",
            "/livez/ping?verbose&exclude=a") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.send(fed.server().get("/" + line(input).replaceAll("(?i)w", "v")));
        }
    },
    ACCEPT(
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/yaml;q=0.5, */*;q=\"1\"",
            "application/json;stream=watch;as=PartialObjectMetadataList") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.send(fed.server().get(FuzzedServer.KNOWN).with("Accept", line(input)));
            fed.send(fed.server().get("/apis").with("Accept", line(input)).with("Accept-Encoding", line(input)));
            fed.send(fed.server().get("/openapi/v2").with("Accept", line(input)));
        }
    },
    TOKEN("Bearer drill-bystander-token", "bearer  a, Basic YTpi") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.send(new Request("GET", FuzzedServer.KNOWN, Map.of("Authorization", line(input)), new byte[0]));
            fed.send(fed.server()
                    .get(FuzzedServer.KNOWN)
                    .with("X-Remote-User", line(input))
                    .with("X-Remote-Group", line(input))
                    .with("X-Remote-Extra-" + line(input).replaceAll("[^!-9;-~]", ""), line(input)));
        }
    },
    CONTENT_TYPE("application/json; charset=utf-8", "application/merge-patch+json;a=b") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("POST", FuzzedServer.REPORTS + "?dryRun=All", line(input), FuzzedServer.REPORT.getBytes(UTF_8));
            fed.write("PATCH", FuzzedServer.KNOWN + "?dryRun=All", line(input), "{}".getBytes(UTF_8));
        }
    },
    GZIP_BODY("[]", "{\"metadata\":{}}") {
        @Override
        void feed(Fed fed, byte[] input) {
            for (byte[] body : List.of(input, gzip(input))) {
                fed.send(fed.server()
                        .request("POST", FuzzedServer.REPORTS + "?dryRun=All", JSON, body)
                        .with("Content-Encoding", "gzip"));
            }
        }
    },
    DELETE_OPTIONS("""
            {"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Background",
            "preconditions":{"uid":"a","resourceVersion":"1"},"dryRun":["All"],"orphanDependents":false}""") {
        @Override
        void feed(Fed fed, byte[] input) {
            fed.write("DELETE", FuzzedServer.REPORTS + "/none", JSON, input);
            fed.write("DELETE", FuzzedServer.KNOWN + "?dryRun=All", JSON, input);
        }
    },
    REVIEW(
            "{\"spec\":{\"resourceAttributes\":{\"verb\":\"get\",\"group\":\"*\",\"resource\":\"pods\"},"
                    + "\"nonResourceAttributes\":{\"path\":\"/\",\"verb\":\"get\"}}}",
            "k8s\0\n\4\n\2v1\22\0",
            "{\"spec\":{\"token\":\"a\"}}",
            "[\0]?") {
        @Override
        void feed(Fed fed, byte[] input) {
            for (String review : List.of(
                    "authorization.k8s.io/v1/selfsubjectaccessreviews",
                    "authorization.k8s.io/v1/selfsubjectrulesreviews",
                    "authentication.k8s.io/v1/selfsubjectreviews",
                    "authentication.k8s.io/v1/tokenreviews")) {
                fed.write("POST", "/apis/" + review, JSON, input);
                fed.write("POST", "/apis/" + review, "application/vnd.kubernetes.protobuf", input);
            }
        }
    },
    USERS_FILE(
            """
            users:
              - name: alice
                groups: [team-a]
                token: a-long-secret
                roles: [{namespaces: [team-a], resources: ["*"], verbs: [get]}]
            """,
            "users: &a [*a]\n",
            "users: [{name: !!binary YQ==}]\n",
            // Not UTF-8, which is to be said in words.
            "users: [\u00ff\u00fe]\n") {
        @Override
        void feed(Fed fed, byte[] input) {
            try {
                Files.write(fed.folder().resolve("users.yaml"), input);
                Users.in(fed.folder(), fed.authority()).authorizer();
            } catch (IllegalArgumentException e) {
                // Declared: the start is refused in words.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    },
    CHECK_FILE("""
            - id: TEAM-1
              severity: MEDIUM
              title: Deployment without an owner
              description: Nobody can be asked about it.
              remediation: Set the label owner.
              match: {kinds: [Deployment]}
              fail: "!object.metadata.?labels.?owner.hasValue()"
              message: kind + " " + name + " has no owner"
              tests:
              - object: {kind: Deployment, metadata: {name: a}}
                findings: 1
            """, "- &a {id: *a}\n", "- !!int k\n", "!!%00") {
        @Override
        void feed(Fed fed, byte[] input) {
            try {
                CheckExamples.ofFile("fuzz.yaml", new String(input, UTF_8));
            } catch (InvalidCheck e) {
                // Declared: the file is refused in words.
            }
        }
    };

    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String COLLECTION = "/apis/aquasecurity.github.io/v1alpha1/namespaces/fuzz/%s";

    /** Words that stand in no seed and mean something to one parser or another. */
    private static final List<String> WORDS = List.of(
            "*a",
            "&a ",
            "<<: ",
            "!!int ",
            "0x",
            "0b",
            "1:1:1",
            "1e99999",
            ".inf",
            "\\u0000",
            "\\ud800",
            "null",
            "[[[[[[[[",
            "{\"a\":",
            "\"op\":\"copy\",\"from\":\"\"",
            "/-",
            "~0",
            "notin",
            "==",
            "%00",
            "k8s\\x00",
            "\\xff\\xff\\xff\\xff\\x0f",
            "-0",
            "18446744073709551616",
            "1E-400",
            "All",
            "Orphan",
            "metadata.name",
            "generateName",
            "finalizers");

    private final List<String> seeds;

    Parser(String... seeds) {
        this.seeds = List.of(seeds);
    }

    abstract void feed(Fed fed, byte[] input);

    /** What the parser usually reads. */
    List<byte[]> seeds() {
        List<byte[]> all = new ArrayList<>();
        seeds.forEach(seed -> all.add(seed.getBytes(ISO_8859_1)));
        return all;
    }

    /** A dictionary of libFuzzer. */
    static String dictionary() {
        StringBuilder lines = new StringBuilder();
        for (String word : WORDS) {
            lines.append('"')
                    .append(word.replaceAll("\\\\(?!x)", "\\\\\\\\").replace("\"", "\\\""))
                    .append("\"\n");
        }
        return lines.toString();
    }

    /** What a header or a request line can hold at all. */
    private static String line(byte[] input) {
        return new String(input, ISO_8859_1).replaceAll("[\\r\\n\\x00 ]", "+");
    }

    private static String percent(byte[] input) {
        return URLEncoder.encode(new String(input, UTF_8), UTF_8);
    }

    private static byte[] gzip(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Where parsers are reached.
     *
     * @param folder for files that are read at a start
     */
    record Fed(FuzzedServer server, Path folder, Authority authority) {
        void write(String method, String target, String contentType, byte[] body) {
            send(server.request(method, target, contentType, body));
        }

        void get(String query) {
            send(server.get(FuzzedServer.REPORTS + query));
        }

        void send(Request request) {
            server.send(request);
        }
    }
}
