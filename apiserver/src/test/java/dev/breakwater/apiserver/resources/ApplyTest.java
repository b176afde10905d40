package dev.breakwater.apiserver.resources;

import static dev.breakwater.apiserver.resources.Api.COMPLIANCE;
import static dev.breakwater.apiserver.resources.Api.NAMESPACE;
import static dev.breakwater.apiserver.resources.Api.compliance;
import static dev.breakwater.apiserver.resources.Api.read;
import static dev.breakwater.apiserver.resources.Api.report;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.resources.Api.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Server-side apply and managed fields: k8s-wire 112, 132 and 154 to 161. {@code TwinTest} holds the same against kube-apiserver. */
@NullUnmarked
class ApplyTest {
    @TempDir
    static Path directory;

    private static Api api;

    @BeforeAll
    static void start() {
        api = Api.start(directory);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    private static Answer apply(String item, String query, JsonNode wanted) {
        return api.send("PATCH", item + query, wanted.toString(), "Content-Type", "application/apply-patch+yaml");
    }

    /** Of an answer that is an object: manager, operation and subresource of each entry, and its fields. */
    private static String owners(Answer answer) {
        assertThat(answer.code()).as(answer.text()).isLessThan(300);
        StringBuilder owners = new StringBuilder();
        for (JsonNode entry : answer.json().at("/metadata/managedFields")) {
            assertThat(entry.path("fieldsType").asText()).isEqualTo("FieldsV1");
            assertThat(entry.path("apiVersion").asText()).isEqualTo("aquasecurity.github.io/v1alpha1");
            owners.append(entry.path("manager").asText())
                    .append(' ')
                    .append(entry.path("operation").asText())
                    .append(
                            entry.has("subresource")
                                    ? " " + entry.path("subresource").asText()
                                    : "")
                    .append(' ')
                    .append(entry.path("fieldsV1"))
                    .append('\n');
        }
        return owners.toString().strip();
    }

    private static ObjectNode partOf(String name, String rest) {
        return (ObjectNode) read("""
                {"apiVersion":"aquasecurity.github.io/v1alpha1","kind":"ClusterComplianceReport","metadata":{"name":"%s"}%s}""".formatted(name, rest));
    }

    @Test
    void aCreateRecordsItsManagerAndTheBulkIsOneField() {
        Answer created = api.post(NAMESPACE, report("recorded"), "User-Agent", "trivy-operator/v0.29 (linux/amd64)");
        assertThat(owners(created))
                .isEqualTo(
                        "trivy-operator Update {\"f:metadata\":{\"f:labels\":{\".\":{},\"f:trivy-operator.container.name\":{},"
                                + "\"f:trivy-operator.resource.kind\":{},\"f:trivy-operator.resource.name\":{}}},\"f:report\":{\".\":{},"
                                + "\"f:artifact\":{\".\":{},\"f:repository\":{},\"f:tag\":{}},\"f:os\":{\".\":{},\"f:family\":{},\"f:name\":{}},"
                                + "\"f:registry\":{\".\":{},\"f:server\":{}},\"f:scanner\":{\".\":{},\"f:name\":{},\"f:vendor\":{},"
                                + "\"f:version\":{}},\"f:summary\":{\".\":{},\"f:criticalCount\":{},\"f:highCount\":{},\"f:lowCount\":{},"
                                + "\"f:mediumCount\":{},\"f:unknownCount\":{}},\"f:updateTimestamp\":{},\"f:vulnerabilities\":{}}}");
        assertThat(created.json().at("/metadata/managedFields/0/time"))
                .isEqualTo(created.json().at("/metadata/creationTimestamp"));
        assertThat(api.get(NAMESPACE + "/recorded").json()).isEqualTo(created.json());
    }

    @ParameterizedTest
    @CsvSource({
        "kubectl/v1.34 (linux),     ,           kubectl",
        "kubectl/v1.34 (linux),     mine,       mine",
        "no slash at all,           ,           no slash at all",
    })
    void theManagerIsTheOneNamedOrTheProgram(String agent, String named, String manager) {
        String name = "agent-" + manager.replace(' ', '-');
        Answer created = api.post(
                COMPLIANCE + (named == null ? "" : "?fieldManager=" + named), compliance(name), "User-Agent", agent);
        assertThat(created.json().at("/metadata/managedFields/0/manager").asText())
                .isEqualTo(manager);
    }

    @Test
    void anUpdateThatChangesNothingLeavesTheManagersAlone() {
        Answer created = api.post(COMPLIANCE, compliance("untouched"));
        ObjectNode same = (ObjectNode) created.json();
        ((ObjectNode) same.get("metadata")).remove("managedFields");
        Answer updated = api.put(COMPLIANCE + "/untouched?fieldManager=other", same);
        assertThat(updated.json()).isEqualTo(created.json());
    }

    /** k8s-wire 154. */
    @Test
    void applyCreatesAndThenChangesNothing() {
        Answer created = apply(COMPLIANCE + "/made", "?fieldManager=me", compliance("made"));
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(owners(created)).startsWith("me Apply {\"f:spec\":{\"f:compliance\":{\"f:controls\":{}");
        Answer again = apply(COMPLIANCE + "/made", "?fieldManager=me", compliance("made"));
        assertThat(again.code()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(created.json());
    }

    /** k8s-wire 157. */
    @Test
    void whatOthersOwnIsAConflictUnlessForced() {
        api.post(COMPLIANCE + "?fieldManager=first", compliance("fought-over"));
        ObjectNode wanted = partOf("fought-over", ",\"spec\":{\"cron\":\"5 5 * * *\"}");
        Answer refused = apply(COMPLIANCE + "/fought-over", "?fieldManager=second", wanted);
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.reason()).isEqualTo("Conflict");
        assertThat(refused.message())
                .isEqualTo(
                        "Apply failed with 1 conflict: conflict with \"first\" using aquasecurity.github.io/v1alpha1:"
                                + " .spec.cron");
        assertThat(refused.json().path("details")).isEqualTo(read("""
                {"causes":[{"reason":"FieldManagerConflict",
                "message":"conflict with \\"first\\" using aquasecurity.github.io/v1alpha1","field":".spec.cron"}]}"""));
        Answer forced = apply(COMPLIANCE + "/fought-over", "?fieldManager=second&force=true", wanted);
        assertThat(owners(forced)).contains("second Apply {\"f:spec\":{\"f:cron\":{}}}");
        assertThat(owners(forced)
                        .lines()
                        .filter(line -> line.startsWith("first"))
                        .toList())
                .singleElement()
                .asString()
                .doesNotContain("f:cron");
    }

    /** k8s-wire 158: and what somebody else owns too stays. */
    @Test
    void whatIsLeftOutGoesUnlessSomebodyElseOwnsIt() {
        ObjectNode labelled = compliance("left-out");
        labelled.withObject("/metadata/labels").put("a", "1").put("b", "2");
        apply(COMPLIANCE + "/left-out", "?fieldManager=one", labelled);
        ObjectNode part = partOf("left-out", "");
        part.withObject("/metadata/labels").put("b", "2");
        apply(COMPLIANCE + "/left-out", "?fieldManager=two", part);
        Answer left = apply(COMPLIANCE + "/left-out", "?fieldManager=one", compliance("left-out"));
        assertThat(left.json().at("/metadata/labels")).isEqualTo(read("{\"b\":\"2\"}"));
        Answer gone = apply(COMPLIANCE + "/left-out", "?fieldManager=two", partOf("left-out", ""));
        assertThat(gone.json().path("metadata").has("labels")).isFalse();
        assertThat(owners(gone)).doesNotContain("two");
    }

    @Test
    void theBulkIsAppliedAsAWholeAndKeptWhenItIsNotSpokenOf() {
        ObjectNode whole = report("applied");
        assertThat(apply(NAMESPACE + "/applied", "?fieldManager=me", whole).code())
                .isEqualTo(201);
        ObjectNode part = whole.deepCopy();
        ((ObjectNode) part.get("report")).retain("artifact");
        part.withObject("/report/artifact").put("digest", "sha256:0");
        Answer other = apply(NAMESPACE + "/applied", "?fieldManager=other&force=true", part);
        assertThat(other.code()).as(other.text()).isEqualTo(200);
        assertThat(other.json().at("/report/vulnerabilities")).isEqualTo(whole.at("/report/vulnerabilities"));
        ObjectNode changed = whole.deepCopy();
        ((ObjectNode) changed.at("/report/vulnerabilities/0")).put("title", "another");
        assertThat(apply(NAMESPACE + "/applied", "?fieldManager=third", changed)
                        .json()
                        .at("/details/causes/0/field")
                        .asText())
                .isEqualTo(".report.vulnerabilities");
        Answer mine = apply(NAMESPACE + "/applied", "?fieldManager=me", changed);
        assertThat(mine.json().at("/report/vulnerabilities/0/title").asText()).isEqualTo("another");
        ((ObjectNode) changed.get("report")).remove("vulnerabilities");
        Answer without = apply(NAMESPACE + "/applied", "?fieldManager=me", changed);
        assertThat(without.code()).isEqualTo(422);
        assertThat(without.json().at("/details/causes/0/field").asText()).isEqualTo("report.vulnerabilities");
    }

    @Test
    void whatIsWrongInAnAppliedBulkIsToldWithItsPath() {
        ObjectNode wrong = report("wrong-bulk");
        ((ObjectNode) wrong.at("/report/vulnerabilities/1")).put("severity", "TERRIBLE");
        Answer refused = apply(NAMESPACE + "/wrong-bulk", "?fieldManager=me", wrong);
        assertThat(refused.code()).isEqualTo(422);
        assertThat(refused.json().at("/details/causes/0/field").asText())
                .isEqualTo("report.vulnerabilities[1].severity");
        assertThat(api.get(NAMESPACE + "/wrong-bulk").code()).isEqualTo(404);
    }

    @Test
    void aDryRunAnswersAndStoresNothing() {
        Answer created = apply(COMPLIANCE + "/dry", "?fieldManager=me&dryRun=All", compliance("dry"));
        assertThat(created.code()).isEqualTo(201);
        assertThat(created.json().at("/metadata/managedFields/0/manager").asText())
                .isEqualTo("me");
        assertThat(api.get(COMPLIANCE + "/dry").code()).isEqualTo(404);
    }

    /** k8s-wire 155, 156 and 160. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "               | {}                                             | 422 | fieldManager",
                "?fieldManager=m| {\"metadata\":{\"managedFields\":[]}}          | 400 | metadata.managedFields must be nil",
                "?fieldManager=m| {\"metadata\":{\"resourceVersion\":\"1\"}}     | 409 | the object has been modified",
                "?fieldManager=m| {\"metadata\":{\"name\":\"other\"}}            | 400 | does not match the name on the URL",
                "?fieldManager=m| {\"kind\":\"Other\"}                           | 400 | invalid object type",
                "?fieldManager=m&force=true| {\"spec\":{\"cron\":5}}           | 422 | spec.cron",
                "?fieldManager=m&fieldValidation=Strict| {\"spec\":{\"x\":1}}    | 400 | unknown field \\\"spec.x\\\"",
            })
    void whatCannotBeAppliedIsRefused(String query, String change, int code, String because) {
        String name = "refused";
        api.post(COMPLIANCE, compliance(name));
        ObjectNode wanted = partOf(name, "");
        read(change).properties().forEach(member -> {
            if (member.getValue() instanceof ObjectNode inner) {
                wanted.withObject("/" + member.getKey()).setAll(inner);
            } else {
                wanted.set(member.getKey(), member.getValue());
            }
        });
        Answer refused = apply(COMPLIANCE + "/" + name, query == null ? "" : query, wanted);
        assertThat(refused.code()).as(refused.text()).isEqualTo(code);
        assertThat(refused.text()).contains(because);
    }

    @Test
    void applyWithAUidCreatesNothing() {
        ObjectNode wanted = compliance("with-uid");
        wanted.withObject("/metadata").put("uid", "u");
        Answer refused = apply(COMPLIANCE + "/with-uid", "?fieldManager=me", wanted);
        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.message()).contains("uid mismatch");
    }

    @Test
    void cborAndStrategicMergeAreRefusedAsUnsupported() {
        for (String type : List.of("application/apply-patch+cbor", "application/strategic-merge-patch+json")) {
            Answer refused = api.send("PATCH", COMPLIANCE + "/x?fieldManager=me", "{}", "Content-Type", type);
            assertThat(refused.code()).isEqualTo(415);
            assertThat(refused.reason()).isEqualTo("UnsupportedMediaType");
            assertThat(refused.message()).endsWith("application/apply-patch+yaml");
        }
    }

    @Test
    void managersAreForgottenOnRequestAndComeBackWithTheFirstApply() {
        api.post(COMPLIANCE + "?fieldManager=first", compliance("forgotten"));
        Answer reset = api.merge(COMPLIANCE + "/forgotten", "{\"metadata\":{\"managedFields\":[{}]}}");
        assertThat(reset.json().path("metadata").has("managedFields")).isFalse();
        Answer updated = api.merge(COMPLIANCE + "/forgotten", "{\"metadata\":{\"labels\":{\"a\":\"1\"}}}");
        assertThat(updated.json().path("metadata").has("managedFields")).isFalse();
        Answer applied = apply(
                COMPLIANCE + "/forgotten",
                "?fieldManager=me",
                partOf("forgotten", ",\"spec\":{\"cron\":\"0 1 * * *\"}"));
        assertThat(owners(applied).lines().map(line -> line.substring(0, line.indexOf(" {"))))
                .containsExactly("me Apply", "before-first-apply Update");
    }

    @Test
    void nonsenseAboutManagersIsPassedOver() {
        Answer created = api.post(COMPLIANCE, compliance("nonsense"));
        for (String entries : List.of(
                "[]",
                "[{\"manager\":\"x\"}]",
                "[{\"manager\":\"x\",\"operation\":\"Update\",\"apiVersion\":\"aquasecurity.github.io/v1alpha1\","
                        + "\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"spec\":{}}}]")) {
            Answer patched = api.merge(COMPLIANCE + "/nonsense", "{\"metadata\":{\"managedFields\":" + entries + "}}");
            assertThat(patched.json()).isEqualTo(created.json());
        }
    }

    @Test
    void noMoreThanTenUpdatersAreKeptApart() {
        api.post(COMPLIANCE + "?fieldManager=m0", compliance("crowded"));
        Answer last = null;
        for (int i = 1; i <= 12; i++) {
            last = api.merge(
                    COMPLIANCE + "/crowded?fieldManager=m" + i, "{\"metadata\":{\"labels\":{\"l" + i + "\":\"x\"}}}");
        }
        ArrayNode entries = (ArrayNode) last.json().at("/metadata/managedFields");
        assertThat(entries).hasSize(10);
        JsonNode ancient = null;
        for (JsonNode entry : entries) {
            ancient = entry.path("manager").asText().equals("ancient-changes") ? entry : ancient;
        }
        assertThat(ancient).isNotNull();
        assertThat(ancient.at("/fieldsV1/f:metadata/f:labels").size()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void theStatusHasManagersOfItsOwn() {
        api.post(COMPLIANCE + "?fieldManager=user", compliance("two-sides"));
        Answer patched = api.send(
                "PATCH",
                COMPLIANCE + "/two-sides/status?fieldManager=controller",
                "{\"status\":{\"updateTimestamp\":\"2026-11-20T10:11:12Z\",\"summary\":{\"failCount\":1},"
                        + "\"detailReport\":{\"id\":\"c\"}}}",
                "Content-Type",
                "application/merge-patch+json");
        assertThat(owners(patched))
                .contains("controller Update status {\"f:status\":{\".\":{},\"f:detailReport\":{},\"f:summary\":"
                        + "{\".\":{},\"f:failCount\":{}},\"f:updateTimestamp\":{}}}");
        Answer applied = apply(
                COMPLIANCE + "/two-sides/status",
                "?fieldManager=ap",
                partOf("two-sides", ",\"status\":{\"summary\":{\"failCount\":2}}"));
        assertThat(applied.code()).isEqualTo(409);
        assertThat(applied.message()).contains("conflict with \"controller\" with subresource \"status\" using");
    }

    static Stream<String> plurals() {
        return KindTable.load().all().stream().map(kind -> kind.group() + "/" + kind.plural());
    }

    @ParameterizedTest
    @MethodSource("plurals")
    void aLabelCanBeAppliedToEveryKind(String resource) {
        String group = resource.substring(0, resource.indexOf('/'));
        var kind = KindTable.load()
                .resource(group, "v1alpha1", resource.substring(resource.indexOf('/') + 1))
                .orElseThrow();
        ObjectNode wanted = (ObjectNode) read("{\"metadata\":{\"name\":\"each\",\"labels\":{\"a\":\"b\"}}}");
        wanted.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        fill(wanted, kind.schema());
        wanted.remove("status");
        String collection = "/apis/" + kind.apiVersion() + (kind.namespaced() ? "/namespaces/t/" : "/") + kind.plural();
        Answer created = apply(collection + "/each", "?fieldManager=me", wanted);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        ((ObjectNode) wanted.get("metadata")).remove("labels");
        Answer removed = apply(collection + "/each", "?fieldManager=me", wanted);
        assertThat(removed.code()).as(removed.text()).isEqualTo(200);
        assertThat(removed.json().path("metadata").has("labels")).isFalse();
    }

    /** What the schema requires. */
    private static void fill(ObjectNode object, JsonNode schema) {
        for (JsonNode required : schema.path("required")) {
            JsonNode property = schema.path("properties").path(required.asText());
            switch (property.path("type").asText()) {
                case "object" -> fill(object.putObject(required.asText()), property);
                case "array" -> object.putArray(required.asText());
                case "integer" -> object.put(required.asText(), 1);
                case "boolean" -> object.put(required.asText(), true);
                default ->
                    object.put(
                            required.asText(),
                            property.path("format").asText().equals("date-time")
                                    ? "2026-11-20T10:11:12Z"
                                    : property.path("enum").path(0).asText("x"));
            }
        }
    }
}
