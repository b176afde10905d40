package dev.breakwater.bench.side;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.kind.KindTable;
import org.junit.jupiter.api.Test;

class CustomResourcesTest {
    private final JsonNode definitions =
            new CustomResources("crd.example.dev").definitions(KindTable.load()).required("items");

    @Test
    void everyReportKindHasADefinitionUnderTheOtherGroup() {
        assertThat(definitions).hasSize(12);
        assertThat(definitions).allSatisfy(definition -> {
            assertThat(definition.at("/spec/group").textValue()).isEqualTo("crd.example.dev");
            assertThat(definition.at("/metadata/name").textValue())
                    .isEqualTo(definition.at("/spec/names/plural").textValue() + ".crd.example.dev");
        });
    }

    @Test
    void schemaColumnsAndScopeAreThoseOfTheServedKind() {
        JsonNode report = definitions.get(0);

        assertThat(report.at("/spec/scope").textValue()).isEqualTo("Namespaced");
        assertThat(report.at("/spec/versions/0/schema/openAPIV3Schema"))
                .isEqualTo(KindTable.load().all().getFirst().schema());
        assertThat(report.at("/spec/versions/0/additionalPrinterColumns/0/jsonPath")
                        .textValue())
                .isEqualTo(".report.artifact.repository");
        assertThat(definitions.get(1).at("/spec/scope").textValue()).isEqualTo("Cluster");
        assertThat(definitions.get(11).at("/spec/versions/0/subresources").has("status"))
                .isTrue();
    }
}
