package dev.breakwater.apiserver.managedfields;

import static dev.breakwater.apiserver.managedfields.Sequence.JSON_PATCH;
import static dev.breakwater.apiserver.managedfields.Sequence.MERGE;

import java.util.ArrayList;
import java.util.List;

/** What clients do with managed fields and apply. */
final class Sequences {
    private static final String CCR = "ClusterComplianceReport";
    private static final String VULN = "VulnerabilityReport";
    private static final String SPEC =
            "\"spec\":{\"cron\":\"0 1 * * *\",\"reportType\":\"all\",\"compliance\":{\"id\":\"c\",\"title\":\"t\","
                    + "\"description\":\"d\",\"version\":\"1\",\"platform\":\"k8s\",\"type\":\"cis\",\"relatedResources\":[\"https://a.example\"],"
                    + "\"controls\":[{\"id\":\"1\",\"name\":\"n\",\"severity\":\"HIGH\"}]}}";
    private static final String SPEC_WEEKLY = SPEC.replace("0 1 * * *", "0 1 * * 0");
    private static final String REPORT =
            "\"report\":{\"updateTimestamp\":\"2026-11-20T10:11:12Z\",\"scanner\":{\"name\":\"Trivy\","
                    + "\"vendor\":\"Aqua Security\",\"version\":\"0.72.0\"},\"registry\":{\"server\":\"r.example\"},\"artifact\":{\"repository\":"
                    + "\"shop/web\",\"tag\":\"1\"},\"os\":{\"family\":\"debian\",\"name\":\"12\"},\"summary\":{\"criticalCount\":1,\"highCount\":2,"
                    + "\"mediumCount\":3,\"lowCount\":4,\"unknownCount\":0},\"vulnerabilities\":[{\"vulnerabilityID\":\"CVE-1\",\"resource\":\"a\","
                    + "\"installedVersion\":\"1\",\"fixedVersion\":\"2\",\"publishedDate\":\"\",\"lastModifiedDate\":\"\",\"severity\":\"LOW\","
                    + "\"title\":\"t\"}]}";
    private static final String OWNER =
            "\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"u-%s\"}]";

    private final List<Sequence> all = new ArrayList<>();

    private Sequences() {}

    static List<Sequence> all() {
        Sequences sequences = new Sequences();
        sequences.updates();
        sequences.applies();
        sequences.conflicts();
        sequences.resets();
        sequences.refusals();
        sequences.metadata();
        sequences.status();
        sequences.inherited();
        sequences.clients();
        sequences.immutable();
        return sequences.all;
    }

    private Sequence begin(String name) {
        Sequence sequence = Sequence.of(name);
        all.add(sequence);
        return sequence;
    }

    private void updates() {
        Sequence s = begin("create-names-its-agent");
        s.post("trivy-operator/v0.29 (linux)", "", s.report("{\"labels\":{\"a\":\"1\"}}" + REPORT))
                .get(VULN);
        s = begin("create-names-its-manager");
        s.post("x/1", "?fieldManager=me", s.report(REPORT)).get(VULN);
        s = begin("create-with-owner-and-finalizer");
        s.post(
                "x/1",
                "",
                s.report("{" + OWNER.formatted("1") + ",\"finalizers\":[\"a.example/b\"],\"annotations\":{\"k\":\"v\"}}"
                        + REPORT));
        s.patch(VULN, "", MERGE, "{\"metadata\":{\"finalizers\":null}}");
        s = begin("create-dry-run");
        s.post("x/1", "?dryRun=All", s.report(REPORT)).get(VULN);
        s = begin("update-changes-and-removes");
        s.post("a/1", "", s.report("{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}" + REPORT));
        s.put(
                "b/1",
                "",
                s.report("{\"labels\":{\"a\":\"1\",\"c\":\"3\"},\"resourceVersion\":\"@V\"}"
                        + REPORT.replace("0.72.0", "0.73.0")));
        s.put(
                "a/1",
                "",
                s.report("{\"labels\":{\"a\":\"9\"},\"resourceVersion\":\"@V\"}" + REPORT.replace("0.72.0", "0.73.0")));
        s = begin("update-of-nothing");
        s.post("a/1", "", s.report(REPORT));
        s.put("b/1", "", s.report("{\"resourceVersion\":\"@V\"}" + REPORT));
        s.patch(VULN, "?fieldManager=c", MERGE, "{\"report\":{\"scanner\":{\"name\":\"Trivy\"}}}");
        s = begin("update-of-the-bulk");
        s.post("a/1", "", s.report(REPORT));
        s.put("b/1", "", s.report("{\"resourceVersion\":\"@V\"}" + REPORT.replace("CVE-1", "CVE-2")));
        s.patch(VULN, "?fieldManager=c", MERGE, "{\"report\":{\"vulnerabilities\":[]}}");
        s = begin("patches-of-both-sorts");
        s.post("a/1", "", s.report("{\"labels\":{\"a\":\"1\"}}" + REPORT));
        s.patch(VULN, "", MERGE, "{\"metadata\":{\"labels\":{\"n\":\"x\"}}}");
        s.patch(
                VULN,
                "?fieldManager=json",
                JSON_PATCH,
                "[{\"op\":\"replace\",\"path\":\"/report/artifact/tag\",\"value\":\"2\"}]");
        s.patch(VULN, "?fieldManager=json", JSON_PATCH, "[{\"op\":\"remove\",\"path\":\"/metadata/labels\"}]");
        s.patch(VULN, "?fieldManager=json", MERGE, "{\"report\":{\"registry\":null}}");
        s = begin("many-updaters");
        s.post("a/1", "", s.report(REPORT));
        for (int i = 1; i <= 12; i++) {
            s.patch(VULN, "?fieldManager=m" + i, MERGE, "{\"metadata\":{\"labels\":{\"l" + i + "\":\"x\"}}}");
        }
        s = begin("create-generate-name-field");
        s.post("x/1", "?fieldManager=me", s.report("{\"generateName\":\"g-\"}" + REPORT));
    }

    private void applies() {
        Sequence s = begin("apply-creates");
        s.apply("?fieldManager=me", s.compliance(SPEC)).apply("?fieldManager=me", s.compliance(SPEC));
        s.apply("?fieldManager=me", s.compliance(SPEC_WEEKLY)).get(CCR);
        s = begin("apply-creates-a-report");
        s.apply("?fieldManager=me", s.report("{\"labels\":{\"a\":\"1\"}}" + REPORT))
                .get(VULN);
        s.apply("?fieldManager=me", s.report("{\"labels\":{\"a\":\"1\"}}" + REPORT.replace("CVE-1", "CVE-2")));
        s.apply("?fieldManager=me", s.report(REPORT));
        s = begin("apply-of-a-part");
        s.post("a/1", "", s.report(REPORT));
        s.apply("?fieldManager=labels", s.report("{\"labels\":{\"team\":\"x\"},\"annotations\":{\"n\":\"y\"}}"));
        s.apply("?fieldManager=labels", s.report("{\"labels\":{\"team\":\"x\"}}"));
        s.apply("?fieldManager=labels", s.report(""));
        s = begin("apply-yaml");
        s.apply(
                "?fieldManager=me",
                "apiVersion: aquasecurity.github.io/v1alpha1\nkind: ClusterComplianceReport\nmetadata:\n"
                        + "  name: apply-yaml\n  labels: {a: b}\nspec:\n  cron: 0 1 * * *\n  reportType: all\n  compliance: {id: c}\n");
        s = begin("apply-dry-run");
        s.apply("?fieldManager=me&dryRun=All", s.compliance(SPEC)).get(CCR);
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.apply("?fieldManager=me&dryRun=All", s.compliance(SPEC_WEEKLY)).get(CCR);
        s = begin("apply-beside-another");
        s.apply("?fieldManager=one", s.compliance(SPEC));
        s.apply("?fieldManager=two", s.compliance("\"spec\":{\"cron\":\"0 1 * * *\"}"));
        s.apply("?fieldManager=one", s.compliance(SPEC.replace("\"cron\":\"0 1 * * *\",", "")));
        s.apply("?fieldManager=two", s.compliance(""));
        s = begin("apply-omits-a-map");
        s.post("a/1", "", s.report(REPORT));
        s.apply(
                "?fieldManager=me",
                s.report("\"report\":{\"artifact\":{\"digest\":\"sha256:1\"},\"os\":{\"eosl\":true}}"));
        s.apply("?fieldManager=me", s.report("\"report\":{\"artifact\":{}}"));
        s.apply("?fieldManager=me", s.report(""));
        s = begin("apply-null");
        s.post("a/1", "", s.report(REPORT));
        s.apply("?fieldManager=me&force=true", s.report("{\"creationTimestamp\":null,\"labels\":null}"));
        s = begin("apply-after-deletion-of-managers");
        s.post("a/1", "", s.report("{\"labels\":{\"a\":\"1\"}}" + REPORT));
        s.patch(VULN, "", MERGE, "{\"metadata\":{\"managedFields\":[{}]}}");
        s.apply("?fieldManager=me", s.report("{\"labels\":{\"a\":\"2\"}}"));
        s.apply("?fieldManager=me&force=true", s.report("{\"labels\":{\"a\":\"2\"}}"));
    }

    private void conflicts() {
        Sequence s = begin("conflict-with-an-updater");
        s.post("a/1", "", s.compliance("{\"labels\":{\"a\":\"1\"}}" + SPEC));
        s.apply("?fieldManager=me", s.compliance(SPEC_WEEKLY));
        s.apply("?fieldManager=me", s.compliance("{\"labels\":{\"a\":\"2\"}}" + SPEC_WEEKLY));
        s.apply("?fieldManager=me&force=false", s.compliance(SPEC_WEEKLY));
        s.apply("?fieldManager=me&force=true", s.compliance(SPEC_WEEKLY)).get(CCR);
        s = begin("conflict-with-two");
        s.apply("?fieldManager=one", s.compliance(SPEC));
        s.patch(CCR, "?fieldManager=two", MERGE, "{\"metadata\":{\"labels\":{\"a\":\"1\"}}}");
        s.apply("?fieldManager=three", s.compliance("{\"labels\":{\"a\":\"2\"}}" + SPEC_WEEKLY));
        s.apply("?fieldManager=three&force=true", s.compliance("{\"labels\":{\"a\":\"2\"}}" + SPEC_WEEKLY));
        s.apply("?fieldManager=one", s.compliance(SPEC));
        s = begin("conflict-on-the-bulk");
        s.post("a/1", "", s.report(REPORT));
        s.apply("?fieldManager=me", s.report(REPORT.replace("CVE-1", "CVE-2")));
        s.apply("?fieldManager=me&force=true", s.report(REPORT.replace("CVE-1", "CVE-2")));
        s.patch(VULN, "?fieldManager=p", MERGE, "{\"report\":{\"vulnerabilities\":[]}}");
        s.apply("?fieldManager=me", s.report(REPORT.replace("CVE-1", "CVE-2")));
        s = begin("update-takes-from-an-applier");
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.put("u/1", "", s.compliance("{\"resourceVersion\":\"@V\"}" + SPEC_WEEKLY));
        s.apply("?fieldManager=me", s.compliance(SPEC));
    }

    private void resets() {
        Sequence s = begin("reset-by-an-empty-entry");
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.patch(CCR, "", MERGE, "{\"metadata\":{\"managedFields\":[{}]}}");
        s.patch(CCR, "", MERGE, "{\"metadata\":{\"labels\":{\"x\":\"y\"}}}");
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s = begin("reset-by-an-empty-list");
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.put("u/1", "", s.compliance("{\"managedFields\":[],\"resourceVersion\":\"@V\"}" + SPEC_WEEKLY));
        s = begin("managers-by-a-patch");
        s.post("a/1", "?fieldManager=kubectl-client-side-apply", s.compliance(SPEC));
        s.patch(
                CCR,
                "",
                JSON_PATCH,
                "[{\"op\":\"replace\",\"path\":\"/metadata/managedFields\",\"value\":[{\"manager\":\"kubectl\","
                        + "\"operation\":\"Apply\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"fieldsType\":\"FieldsV1\",\"time\":"
                        + "\"2026-01-02T03:04:05Z\",\"fieldsV1\":{\"f:spec\":{\"f:cron\":{}}}}]},{\"op\":\"replace\",\"path\":"
                        + "\"/metadata/resourceVersion\",\"value\":\"@V\"}]");
        s.apply("?fieldManager=kubectl", s.compliance(SPEC_WEEKLY));
        s = begin("managers-without-operation");
        s.post("a/1", "", s.compliance(SPEC));
        s.patch(CCR, "", MERGE, "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\"}]}}");
        s = begin("managers-with-bad-fields");
        s.post("a/1", "", s.compliance(SPEC));
        s.patch(
                CCR,
                "",
                MERGE,
                "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\",\"operation\":\"Update\",\"apiVersion\":"
                        + "\"aquasecurity.github.io/v1alpha1\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"spec\":{}}}]}}");
        s = begin("managers-of-another-version");
        s.post("a/1", "", s.compliance(SPEC));
        s.patch(
                CCR,
                "",
                MERGE,
                "{\"metadata\":{\"managedFields\":[{\"manager\":\"x\",\"operation\":\"Update\",\"apiVersion\":"
                        + "\"other.example/v1\",\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{}}}]}}");
        s = begin("managers-in-a-create");
        s.post(
                "a/1",
                "",
                s.compliance("{\"managedFields\":[{\"manager\":\"x\",\"operation\":\"Apply\",\"apiVersion\":"
                        + "\"aquasecurity.github.io/v1alpha1\",\"fieldsType\":\"FieldsV1\"}]}" + SPEC));
    }

    private void refusals() {
        Sequence s = begin("apply-without-manager");
        s.apply("", s.compliance(SPEC));
        s = begin("apply-with-managed-fields");
        s.apply("?fieldManager=me", s.compliance("{\"managedFields\":[]}" + SPEC));
        s = begin("apply-of-another-kind");
        s.apply("?fieldManager=me", s.compliance(SPEC).replace("\"ClusterComplianceReport\"", "\"Other\""));
        s = begin("apply-of-another-version");
        s.apply("?fieldManager=me", s.compliance(SPEC).replace("v1alpha1", "v1"));
        s = begin("apply-without-kind");
        s.apply("?fieldManager=me", "{\"spec\":{}}");
        s = begin("apply-of-another-name");
        s.apply("?fieldManager=me", s.compliance(SPEC).replace("apply-of-another-name", "other"));
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.apply(
                "?fieldManager=me",
                s.compliance(SPEC).replace("\"name\":\"apply-of-another-name\"", "\"name\":\"other\""));
        s = begin("apply-with-a-version");
        s.apply("?fieldManager=me", s.compliance("{\"resourceVersion\":\"1\"}" + SPEC));
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.apply("?fieldManager=me", s.compliance("{\"resourceVersion\":\"1\"}" + SPEC_WEEKLY));
        s.apply("?fieldManager=me", s.compliance("{\"resourceVersion\":\"@V\"}" + SPEC_WEEKLY));
        s = begin("apply-with-a-uid");
        s.apply("?fieldManager=me", s.compliance("{\"uid\":\"u\"}" + SPEC));
        s.apply("?fieldManager=me", s.compliance(SPEC));
        s.apply("?fieldManager=me", s.compliance("{\"uid\":\"@U\"}" + SPEC_WEEKLY));
        s.apply("?fieldManager=me", s.compliance("{\"uid\":\"u\"}" + SPEC));
        s = begin("apply-that-is-invalid");
        s.apply("?fieldManager=me", s.compliance(SPEC.replace("\"all\"", "\"none\"")));
        s = begin("force-on-a-merge-patch");
        s.post("a/1", "", s.compliance(SPEC)).patch(CCR, "?force=true", MERGE, "{}");
        s = begin("apply-in-another-namespace");
        s.apply("?fieldManager=me", s.report(REPORT).replace("\"namespace\":\"t\"", "\"namespace\":\"u\""));
        s = begin("long-manager");
        s.post("a/1", "?fieldManager=" + "m".repeat(129), s.compliance(SPEC));
        s.post("a/1", "?fieldManager=a%00b", s.compliance(SPEC));
        s = begin("agent-without-slash");
        s.post("some agent", "", s.compliance(SPEC));
    }

    /** As Helm 4, Flux and kubectl's migration send it. */
    private void clients() {
        Sequence s = begin("helm-4");
        String strict = "?fieldManager=helm&fieldValidation=Strict&force=false";
        s.apply(strict, s.compliance("{\"labels\":{\"app.kubernetes.io/managed-by\":\"Helm\"}}" + SPEC));
        s.apply(strict, s.compliance("{\"labels\":{\"app.kubernetes.io/managed-by\":\"Helm\"}}" + SPEC_WEEKLY));
        s.patch(CCR, "?fieldManager=k", MERGE, "{\"spec\":{\"cron\":\"9 9 * * *\"}}");
        s.apply(strict, s.compliance(SPEC_WEEKLY));
        s = begin("flux");
        String flux = "?fieldManager=kustomize-controller&force=true";
        s.apply(flux + "&dryRun=All", s.compliance(SPEC)).get(CCR);
        s.apply(flux, s.compliance(SPEC)).apply(flux + "&dryRun=All", s.compliance(SPEC));
        s.patch(CCR, "?fieldManager=k", MERGE, "{\"spec\":{\"cron\":\"9 9 * * *\"}}");
        s.apply(flux + "&dryRun=All", s.compliance(SPEC)).apply(flux, s.compliance(SPEC));
        s = begin("kubectl-last-applied");
        String note = "{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"%s\"}}";
        s.post("kubectl/1", "?fieldManager=kubectl-client-side-apply", s.compliance(note.formatted("{}") + SPEC));
        s.apply("?fieldManager=kubectl&force=true", s.compliance(SPEC));
        s.apply("?fieldManager=kubectl-last-applied&force=true", s.compliance(note.formatted("{\\\"a\\\":1}")));
        s.apply("?fieldManager=kubectl", s.compliance(SPEC_WEEKLY)).get(CCR);
    }

    private void immutable() {
        Sequence s = begin("patches-of-what-cannot-change");
        s.post("a/1", "", s.compliance(SPEC));
        for (String member : List.of(
                "\"uid\":\"u\"",
                "\"deletionTimestamp\":\"2026-01-02T03:04:05Z\"",
                "\"deletionGracePeriodSeconds\":5",
                "\"generation\":77",
                "\"creationTimestamp\":\"2020-01-02T03:04:05Z\"")) {
            s.patch(CCR, "", MERGE, "{\"metadata\":{" + member + "}}");
            s.apply("?fieldManager=me&force=true", s.compliance("{" + member + "}"));
        }
        s = begin("patches-of-a-terminating-object");
        s.post("a/1", "", s.compliance("{\"finalizers\":[\"a.example/b\"]}" + SPEC));
        s.delete(CCR);
        s.patch(CCR, "", MERGE, "{\"metadata\":{\"finalizers\":[\"a.example/b\",\"a.example/c\"]}}");
        s.apply("?fieldManager=me", s.compliance("{\"finalizers\":[\"a.example/d\"]}"));
        s.patch(CCR, "", MERGE, "{\"metadata\":{\"finalizers\":null}}").get(CCR);
    }

    private void metadata() {
        Sequence s = begin("finalizers-are-a-set");
        s.apply("?fieldManager=one", s.compliance("{\"finalizers\":[\"a.example/a\",\"a.example/b\"]}" + SPEC));
        s.apply("?fieldManager=two", s.compliance("{\"finalizers\":[\"a.example/c\",\"a.example/b\"]}"));
        s.apply("?fieldManager=one", s.compliance("{\"finalizers\":[\"a.example/d\"]}" + SPEC));
        s.apply("?fieldManager=two", s.compliance(""));
        s = begin("owners-are-a-map");
        s.apply("?fieldManager=one", s.report("{" + OWNER.formatted("1") + "}" + REPORT));
        s.apply("?fieldManager=two", s.report("{" + OWNER.formatted("2") + "}"));
        s.apply("?fieldManager=two", s.report("{" + OWNER.formatted("1").replace("\"Pod\"", "\"Job\"") + "}"));
        s.apply("?fieldManager=one", s.report(REPORT));
    }

    private void status() {
        Sequence s = begin("status-has-its-own-managers");
        s.post("a/1", "", s.compliance(SPEC + ",\"status\":{\"updateTimestamp\":\"2026-11-20T10:11:12Z\"}"));
        s.put(
                        "b/1",
                        "/status",
                        s.compliance(
                                "{\"resourceVersion\":\"@V\"}" + SPEC_WEEKLY
                                        + ",\"status\":{\"updateTimestamp\":\"2026-11-20T10:11:12Z\",\"summary\":{\"passCount\":1}}"))
                .get(CCR);
        s.patch(CCR, "/status", MERGE, "{\"status\":{\"summary\":{\"failCount\":2}}}");
        s.patch(
                CCR,
                "/status?fieldManager=x",
                MERGE,
                "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"cron\":\"1 1 * * *\"}}");
        s.apply("/status?fieldManager=ap", s.compliance("\"status\":{\"summary\":{\"passCount\":3}}"));
        s.apply("/status?fieldManager=ap&force=true", s.compliance("\"status\":{\"summary\":{\"passCount\":3}}"));
        s.apply("?fieldManager=main", s.compliance(SPEC + ",\"status\":{}"));
        s.apply("/status?fieldManager=ap", s.compliance(""));
        s = begin("status-of-nothing");
        s.apply("/status?fieldManager=ap", s.compliance("\"status\":{\"summary\":{\"passCount\":3}}"));
    }

    private void inherited() {
        Sequence s = begin("kubectl-inherits");
        String last = s.compliance(SPEC).replace("\"", "\\\"");
        String annotated = "{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"" + last + "\"}";
        s.post(
                "kubectl/1",
                "?fieldManager=kubectl-client-side-apply",
                "{\"apiVersion\":\"aquasecurity.github.io/v1alpha1\",\"kind\":\"ClusterComplianceReport\",\"metadata\":{\"name\":"
                        + "\"kubectl-inherits\"," + annotated.substring(1) + "}," + SPEC + "}");
        s.apply("?fieldManager=other", s.compliance(SPEC_WEEKLY));
        s.apply("?fieldManager=kubectl", s.compliance("{\"labels\":{\"a\":\"1\"}}" + SPEC_WEEKLY))
                .get(CCR);
        s.patch(CCR, "?fieldManager=e", MERGE, "{\"spec\":{\"reportType\":\"summary\"}}");
        s.apply("?fieldManager=kubectl", s.compliance(SPEC));
    }
}
