package dev.breakwater.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.breakwater.controller.kube.Rights.Right;
import dev.breakwater.controller.kubernetes.Disturbance;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class RightsTest {
    private static final Resource WIDGETS = new Resource("example.com", "v1", "widgets", "Widget", true);

    private InMemoryKubernetes cluster;
    private KubeApi api;

    @BeforeEach
    void start() throws IOException {
        cluster = new InMemoryKubernetes();
        api = new KubeApi(cluster.client(), Pauses.shortened());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/pods, false, list, '', pods, ''",
        "GET, /api/v1/pods, true, watch, '', pods, ''",
        "GET, /api/v1/namespaces/a/pods/p/log, false, get, '', pods/log, a",
        "GET, /api/v1/nodes/n/proxy/configz, false, get, '', nodes/proxy, ''",
        "GET, /api/v1/namespaces/a, false, get, '', namespaces, ''",
        "POST, /apis/batch/v1/namespaces/a/jobs, false, create, batch, jobs, a",
        "DELETE, /apis/batch/v1/namespaces/a/jobs/j, false, delete, batch, jobs, a",
        "PUT, /apis/example.com/v1/widgets/w/status, false, update, example.com, widgets/status, ''",
        "PATCH, /apis/example.com/v1/namespaces/a/widgets/w, false, patch, example.com, widgets, a"
    })
    void aRequestIsSaidInTheWordsOfRoles(
            String method, String path, boolean watch, String verb, String group, String resource, String namespace) {
        assertThat(Access.of(method, path, watch)).contains(new Access(verb, group, resource, namespace));
    }

    @Test
    void aMissingRightIsSaidOnceHoweverOftenItIsTriedAndOnceWhenItIsBack() throws IOException {
        cluster.put(WIDGETS.in("a"), Objects.object("example.com/v1", "Widget", "a", "w"));
        cluster.disturb(call -> call.path().contains("widgets"), Disturbance.forbidden());
        String said = saidWhile(() -> {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(this::getWidget).isInstanceOf(ApiRefusal.class);
            }
            assertThat(api.rights().missing()).containsExactly(new Right("get", "example.com", "widgets"));
            cluster.refuseNothing();
            for (int i = 0; i < 3; i++) {
                getWidget();
            }
        });
        assertThat(occurrences(said, "WARN .*not allowed to get widgets in API group example.com \\(namespace a\\)"))
                .isEqualTo(1);
        assertThat(occurrences(said, "INFO .*allowed again to get widgets in API group example.com"))
                .isEqualTo(1);
        assertThat(api.rights().missing()).isEmpty();
    }

    @Test
    void aRightThatIsMissingInManyNamespacesIsSaidOnceAndBackWhenItIsBackInThemAll() throws IOException {
        Right right = new Right("create", "batch", "jobs");
        Rights rights = api.rights();
        String said = saidWhile(() -> {
            rights.checked(List.of(right), List.of(), "a");
            rights.checked(List.of(right), List.of(), "b");
            rights.checked(List.of(), List.of(right), "a");
            assertThat(rights.missing()).isEqualTo(Set.of(right));
            rights.checked(List.of(), List.of(right), "b");
        });
        assertThat(occurrences(said, "not allowed to create jobs in API group batch"))
                .isEqualTo(1);
        assertThat(occurrences(said, "allowed again to create jobs")).isEqualTo(1);
    }

    @Test
    void whatAdmissionOrAQuotaRefusesIsNoMissingRight() {
        cluster.refuse(call -> true, 403);
        assertThatThrownBy(this::getWidget).isInstanceOf(ApiRefusal.class);
        assertThat(api.rights().missing()).isEmpty();
    }

    private void getWidget() throws IOException {
        api.get(WIDGETS.named("a", "w"), Map.of(), KubeApi.JSON, KubeApi::ignore);
    }

    private interface Work {
        void run() throws IOException;
    }

    private static String saidWhile(Work work) throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger(Rights.class);
        ListAppender<ILoggingEvent> said = new ListAppender<>();
        said.start();
        log.setLevel(Level.INFO);
        log.addAppender(said);
        try {
            work.run();
        } finally {
            log.detachAppender(said);
            log.setLevel(null);
        }
        return said.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .collect(Collectors.joining("\n"));
    }

    private static int occurrences(String text, String regex) {
        return (int) Pattern.compile(regex).matcher(text).results().count();
    }
}
