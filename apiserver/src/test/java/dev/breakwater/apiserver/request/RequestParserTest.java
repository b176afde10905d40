package dev.breakwater.apiserver.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.apiserver.status.StatusException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET    | /apis/g/v/namespaces/ns/things          | list   | ns | things     | -      | -",
                "GET    | /apis/g/v/namespaces/ns/things/n        | get    | ns | things     | n      | -",
                "PUT    | /apis/g/v/namespaces/ns/things/n/status | update | ns | things     | n      | status",
                "GET    | /apis/g/v/things                        | list   | -  | things     | -      | -",
                "GET    | /apis/g/v/namespaces/ns                 | get    | ns | namespaces | ns     | -",
                "PUT    | /apis/g/v/namespaces/ns/finalize        | update | ns | namespaces | ns     | finalize",
                "GET    | /apis/g/v/namespaces                    | list   | -  | namespaces | -      | -",
                "GET    | /apis/g/v/watch/things                  | watch  | -  | things     | -      | -",
                "POST   | /apis/g/v/things/                       | create | -  | things     | -      | -",
                "OPTIONS| /apis/g/v/things                        | ''     | -  | things     | -      | -",
            })
    void aPathIsReadAsKubeApiserverReadsIt(
            String method,
            String path,
            String verb,
            @Nullable String namespace,
            String resource,
            @Nullable String name,
            @Nullable String subresource) {
        Target.Resource target = (Target.Resource) RequestParser.parse(method, path, Query.of(null));
        assertThat(target.verb()).isEqualTo(verb);
        assertThat(target.group()).isEqualTo("g");
        assertThat(target.namespace()).isEqualTo(namespace);
        assertThat(target.resource()).isEqualTo(resource);
        assertThat(target.name()).isEqualTo(name);
        assertThat(target.subresource()).isEqualTo(subresource);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "", "/apis", "/apis/g", "/apis/g/v", "/api", "/api/v1", "/readyz", "/version/x/y/z"})
    void whatIsNoResourceIsAPath(String path) {
        assertThat(RequestParser.parse("GET", path, Query.of(null))).isEqualTo(new Target.Path("get", path));
    }

    @Test
    void theCoreGroupHasNoName() {
        Target.Resource target =
                (Target.Resource) RequestParser.parse("GET", "/api/v1/namespaces/x/pods", Query.of(null));
        assertThat(target.group()).isEmpty();
        assertThat(target.version()).isEqualTo("v1");
    }

    @ParameterizedTest
    @CsvSource({"watch,true", "watch=,true", "watch=1,true", "watch=TRUE,true", "watch=0,false", "watch=False,false"})
    void aFlagIsReadAsGoReadsIt(String query, boolean set) {
        assertThat(Query.of(query).flag("watch")).isEqualTo(set);
    }

    @Test
    void ofRepeatedParametersTheFirstCountsAndBrokenOnesVanish() {
        Query query = Query.of("a=1&a=2&b=%zz&c=x%20y&d=p+q");
        assertThat(query.first("a")).isEqualTo("1");
        assertThat(query.has("b")).isFalse();
        assertThat(query.first("c")).isEqualTo("x y");
        assertThat(query.first("d")).isEqualTo("p q");
    }

    @Test
    void ofManyParametersFewAreKept() {
        StringBuilder raw = new StringBuilder("watch=1");
        for (int i = 0; i < 10_000; i++) {
            raw.append("&p").append(i).append("&dryRun=All");
        }
        Query query = Query.of(raw.toString());
        assertThat(query.flag("watch")).isTrue();
        assertThat(query.all("dryRun")).hasSizeLessThan(100);
        assertThat(query.has("p9999")).isFalse();
    }

    @Test
    void selectorsAreReadOnlyWhenTheyAreAskedFor() {
        Query query = Query.of("labelSelector=a%3Db&fieldSelector=metadata.name%3Dx");
        Target.Resource target = (Target.Resource) RequestParser.parse("GET", "/apis/g/v1/namespaces/n/things", query);
        assertThat(target.fieldTerms()).isEmpty();
        assertThat(target.labelTerms()).isEmpty();
        assertThat(target.name()).isNull();
        Target.Resource selected = RequestParser.withSelectors(target, query);
        assertThat(selected.name()).isEqualTo("x");
        assertThat(selected.labelTerms()).hasSize(1);
        assertThat(selected.fieldTerms()).hasSize(1);
    }

    @Test
    void aSelectorThatIsTooLongGivesNoTerms() {
        Query query = Query.of("labelSelector=" + "a,".repeat(100_000) + "a");
        Target.Resource target = (Target.Resource) RequestParser.parse("GET", "/apis/g/v1/things", query);
        assertThat(RequestParser.withSelectors(target, query).labelTerms()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"34s,PT34S", "1m30s,PT60S", "100ms,PT0.1S", "1.5s,PT1.5S", "10h,PT60S", "0,PT60S", "'',PT60S"})
    void aTimeoutOnlyShortens(String text, Duration expected) {
        assertThat(Deadline.shortened(text, Duration.ofSeconds(60))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "5",
                "-5s",
                "5s5",
                "s",
                "1 s",
                "11111111111111111111111111111111111111111111111111111111111111111s"
            })
    void aTimeoutThatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Deadline.shortened(text, Duration.ofSeconds(60)))
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(400));
    }

    @Test
    void aDeadlineThatIsOverIs504() {
        long[] now = {0};
        Deadline deadline = Deadline.after(Duration.ofSeconds(1), () -> now[0]);
        deadline.check();
        now[0] = Duration.ofSeconds(1).toNanos();
        assertThatThrownBy(deadline::check)
                .isInstanceOfSatisfying(
                        StatusException.class, e -> assertThat(e.code()).isEqualTo(504));
    }
}
