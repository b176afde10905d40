package dev.breakwater.apiserver.managedfields;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.json.Allowance;
import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.resources.Api;
import dev.breakwater.apiserver.schema.KindSchema;
import java.time.Instant;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class QuickFieldsTest {
    private static final KindSchema REPORT =
            KindSchema.compile(KindTable.load().all().getFirst());
    private static final Instant FIRST = Instant.parse("2026-01-02T03:04:05Z");
    private static final Instant LATER = Instant.parse("2026-05-06T07:08:09Z");

    private static Writer writer(String manager, Instant time) {
        return new Writer(manager, REPORT.kind().apiVersion(), "", time);
    }

    private static Toll toll() {
        return new Toll(Allowance.UNLIMITED);
    }

    private static ObjectNode head() {
        ObjectNode head = Api.report("quick");
        ((ObjectNode) head.get("report")).remove("vulnerabilities");
        return head;
    }

    private static ArrayNode general(Whole before, Whole after, Writer writer) {
        Managers managers = before == null ? new Managers() : ManagedFields.storedOrNone(REPORT, before, toll());
        ManagedFields.update(REPORT, managers, before, after, writer, toll());
        return managers.toJson();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"metadata\":{\"finalizers\":[\"a.example/b\",\"a.example/c\"],\"annotations\":{\"k\":\"v\"}}}",
                "{\"metadata\":{\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"name\":\"p\",\"uid\":\"u\"}]}}",
                "{\"report\":{\"extra\":{},\"list\":[],\"deep\":{\"a\":{\"b\":null}}},\"more\":[1]}",
            })
    void aCreatorGetsWhatTheGeneralWayGives(String more) {
        ObjectNode head = head();
        Api.read(more).properties().forEach(member -> {
            if (member.getValue() instanceof ObjectNode object) {
                head.withObject("/" + member.getKey()).setAll(object);
            } else {
                head.set(member.getKey(), member.getValue());
            }
        });
        Whole object = new Whole(head, new byte[32]);
        Writer writer = writer("me", FIRST);
        ArrayNode quick = ManagedFields.updated(REPORT, null, object, false, writer, Allowance.UNLIMITED);
        assertThat(quick).isNotNull().isEqualTo(general(null, object, writer));
    }

    private static Whole stored() {
        ObjectNode head = head();
        Whole object = new Whole(head, new byte[32]);
        head.withObject("/metadata").set("managedFields", general(null, object, writer("me", FIRST)));
        return object;
    }

    @Test
    void aRescanByTheSameManagerChangesNothingButTheTime() {
        Whole before = stored();
        ObjectNode next = before.head().deepCopy();
        next.withObject("/report/summary").put("highCount", 77);
        Whole after = new Whole(next, new byte[] {1});
        Writer writer = writer("me", LATER);
        FieldSet differing = Comparison.of(
                REPORT.fields(),
                before.compared(REPORT.bulkPath(), null),
                after.compared(REPORT.bulkPath(), null),
                toll());
        JsonNode quick = QuickFields.retimed(before.head().at("/metadata/managedFields"), differing, writer);
        assertThat(quick).isNotNull().isEqualTo(general(before, after, writer));
        assertThat(ManagedFields.updated(REPORT, before, after, false, writer, Allowance.UNLIMITED))
                .isEqualTo(quick);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other", "me"})
    void whatIsAddedOrSomebodyElsesGoesTheGeneralWay(String manager) {
        Whole before = stored();
        ObjectNode next = before.head().deepCopy();
        next.withObject("/report/summary").put(manager.equals("me") ? "noneCount" : "highCount", 77);
        Whole after = new Whole(next, new byte[32]);
        Writer writer = writer(manager, LATER);
        assertThat(ManagedFields.updated(REPORT, before, after, false, writer, Allowance.UNLIMITED))
                .isEqualTo(general(before, after, writer))
                .isNotEqualTo(before.head().at("/metadata/managedFields"));
    }

    @Test
    void managedFieldsThatWouldBeTooLargeAreLeftOut() {
        ObjectNode head = head();
        ObjectNode many = head.withObject("/report").putObject("many");
        for (int i = 0; i < 60_000; i++) {
            many.put("a-field-" + i, i);
        }
        Whole object = new Whole(head, null);
        assertThat(ManagedFields.updated(REPORT, null, object, false, writer("me", FIRST), Allowance.UNLIMITED))
                .isNull();
        assertThat(general(null, object, writer("me", FIRST))).isNull();
    }
}
