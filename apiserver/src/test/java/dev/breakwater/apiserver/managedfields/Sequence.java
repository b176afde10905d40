package dev.breakwater.apiserver.managedfields;

import dev.breakwater.apiserver.resources.Api;
import java.util.ArrayList;
import java.util.List;

/** Requests one after the other; {@code @V} and {@code @U} in a body stand for the last version and uid that the server gave. */
record Sequence(String name, List<Step> steps) {
    static final String APPLY = "application/apply-patch+yaml";
    static final String MERGE = "application/merge-patch+json";
    static final String JSON_PATCH = "application/json-patch+json";

    record Step(String method, String path, String type, String agent, String body) {
        String[] headers() {
            return new String[] {"Content-Type", type, "User-Agent", agent};
        }

        Step with(String version, String uid) {
            return new Step(
                    method, path, type, agent, body.replace("@V", version).replace("@U", uid));
        }

        Step renamed(String from, String to) {
            return new Step(method, path.replace(from, to), type, agent, body.replace(from, to));
        }

        @Override
        public String toString() {
            return method + " " + path + " " + body;
        }
    }

    static Sequence of(String name) {
        return new Sequence(name, new ArrayList<>());
    }

    /** The same with another object. */
    Sequence renamed(String other) {
        return new Sequence(
                other, steps.stream().map(step -> step.renamed(name, other)).toList());
    }

    private static final String KIND_COMPLIANCE = "ClusterComplianceReport";

    /** A body of this object: apiVersion, kind and name stand before what is given. */
    String compliance(String rest) {
        return object(KIND_COMPLIANCE, "", rest);
    }

    String report(String rest) {
        return object("VulnerabilityReport", "\"namespace\":\"t\",", rest);
    }

    private String object(String kind, String more, String rest) {
        int end = rest.startsWith("{") ? closing(rest) : 0;
        String metadata = rest.startsWith("{") ? rest.substring(1, end) : "";
        String body = rest.startsWith("{") ? rest.substring(end + 1) : rest;
        return "{\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"kind\":\"" + kind + "\",\"metadata\":{" + more
                + "\"name\":\"" + name + "\"" + (metadata.isEmpty() ? "" : "," + metadata) + "}"
                + (body.isEmpty() ? "" : "," + body) + "}";
    }

    private static int closing(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : text.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException(text);
    }

    private String item(String kind) {
        return kind.equals(KIND_COMPLIANCE) ? Api.COMPLIANCE + "/" + name : Api.NAMESPACE + "/" + name;
    }

    private static String kindOf(String body) {
        return body.contains("VulnerabilityReport") ? "VulnerabilityReport" : KIND_COMPLIANCE;
    }

    Sequence post(String agent, String query, String body) {
        String path = kindOf(body).equals(KIND_COMPLIANCE) ? Api.COMPLIANCE : Api.NAMESPACE;
        steps.add(new Step("POST", path + query, "application/json", agent, body));
        return this;
    }

    Sequence put(String agent, String query, String body) {
        steps.add(new Step("PUT", item(kindOf(body)) + query, "application/json", agent, body));
        return this;
    }

    Sequence apply(String query, String body) {
        steps.add(new Step("PATCH", item(kindOf(body)) + query, APPLY, "twin/1", body));
        return this;
    }

    Sequence patch(String kind, String query, String type, String body) {
        steps.add(new Step("PATCH", item(kind) + query, type, "patcher/1.2 (x)", body));
        return this;
    }

    Sequence delete(String kind) {
        steps.add(new Step("DELETE", item(kind), "application/json", "deleter", ""));
        return this;
    }

    Sequence get(String kind) {
        steps.add(new Step("GET", item(kind), "application/json", "reader", ""));
        return this;
    }

    @Override
    public String toString() {
        return name;
    }
}
