package dev.breakwater.apiserver.negotiate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.breakwater.apiserver.negotiate.Accept.Subject;
import dev.breakwater.apiserver.status.StatusException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptTest {
    /** k8s-wire 63, 64, 68 to 71, 73 to 77, 79. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | OBJECT | JSON OBJECT v1",
                "*/* | OBJECT | JSON OBJECT v1",
                "application/* | LIST | JSON OBJECT v1",
                "application/json;foo=bar | OBJECT | JSON OBJECT v1",
                "application/yaml | LIST | YAML OBJECT v1",
                "application/yaml;q=0.1,application/json;q=0.9 | OBJECT | JSON OBJECT v1",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json | LIST | JSON TABLE v1",
                "application/json;as=Table;v=v1beta1;g=meta.k8s.io | OBJECT | JSON TABLE v1beta1",
                "application/json;as=Table;v=v1alpha1;g=meta.k8s.io,application/json | OBJECT | JSON OBJECT v1",
                "application/json;as=Unknown;g=meta.k8s.io;v=v1,application/json | OBJECT | JSON OBJECT v1",
                "application/vnd.kubernetes.protobuf,application/json | OBJECT | JSON OBJECT v1",
                "application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json | LIST | JSON METADATA v1",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1 | WATCH | JSON METADATA v1",
                "application/json;stream=watch | WATCH | JSON OBJECT v1",
            })
    void theFirstClauseThatCanBeServedWins(String header, Subject subject, String expected) {
        Representation chosen = Accept.choose(header, subject, false);
        assertThat(chosen.media() + " " + chosen.shape() + " " + chosen.version())
                .isEqualTo(expected);
    }

    /** k8s-wire 68, 72 to 74, 266. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/vnd.kubernetes.protobuf | OBJECT",
                "application/json;as=Unknown;g=meta.k8s.io;v=v1 | OBJECT",
                "application/json;as=Table;v=v1alpha1;g=meta.k8s.io | LIST",
                "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1 | LIST",
                "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1 | OBJECT",
                "application/json;stream=watch | LIST",
                "application/yaml | WATCH",
                "text/html | OBJECT",
            })
    void whatCannotBeServedIs406(String header, Subject subject) {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> Accept.choose(header, subject, false))
                .satisfies(e -> assertThat(e.code()).isEqualTo(406))
                .satisfies(e -> assertThat(e.reason()).isEqualTo("NotAcceptable"));
    }

    /** k8s-wire 142 and 153. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/strategic-merge-patch+json",
                "application/apply-patch+cbor",
                "application/json",
                "text/plain",
                ""
            })
    void otherPatchTypesAre415WithTheReasonThatClientsFallBackOn(String contentType) {
        assertThatExceptionOfType(StatusException.class)
                .isThrownBy(() -> BodyType.patch(contentType))
                .satisfies(e -> assertThat(e.code()).isEqualTo(415))
                .satisfies(e -> assertThat(e.reason()).isEqualTo("UnsupportedMediaType"));
    }
}
