package dev.breakwater.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.apiserver.kind.KindTable;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    @Test
    void noDocumentIsMadeBeforeSomebodyAsksAndYetEveryPathIsKnown() {
        OpenApi openApi = new OpenApi(KindTable.load(), "1.2.3", Clock.systemUTC());
        assertThat(openApi.knows("/openapi/v2")).isTrue();
        assertThat(openApi.knows("/openapi/v3/")).isTrue();
        assertThat(openApi.knows("/openapi/v3/apis/aquasecurity.github.io/v1alpha1"))
                .isTrue();
        assertThat(openApi.knows("/openapi/v3/apis/breakwater.dev/v1alpha1")).isTrue();
        assertThat(openApi.knows("/openapi/v3/apis/breakwater.dev/v1")).isFalse();
        assertThat(openApi.isMade()).isFalse();
    }

    @Test
    void aDocumentIsMadeOnceHoweverManyAsk() throws Exception {
        AtomicInteger made = new AtomicInteger();
        MadeOnce<Integer> value = new MadeOnce<>(made::incrementAndGet);
        Thread[] askers = new Thread[8];
        for (int i = 0; i < askers.length; i++) {
            askers[i] = Thread.ofVirtual().start(value::get);
        }
        for (Thread asker : askers) {
            asker.join();
        }
        assertThat(value.get()).isEqualTo(1);
        assertThat(made).hasValue(1);
    }
}
