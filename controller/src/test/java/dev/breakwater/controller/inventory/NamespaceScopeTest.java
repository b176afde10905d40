package dev.breakwater.controller.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceScopeTest {
    @Test
    void withoutTargetsAllButTheExcludedAreLookedAt() {
        NamespaceScope scope = new NamespaceScope(List.of(), List.of("kube-*", " dev?"));
        assertThat(scope.includes("shop")).isTrue();
        assertThat(scope.includes("kube-system")).isFalse();
        assertThat(scope.includes("dev1")).isFalse();
        assertThat(scope.includes("dev12")).isTrue();
    }

    @Test
    void targetsAreTheOnlyOnes() {
        NamespaceScope scope = new NamespaceScope(List.of("shop"), List.of());
        assertThat(scope.includes("shop")).isTrue();
        assertThat(scope.includes("shop-2")).isFalse();
    }

    @Test
    void dotsAreDots() {
        assertThat(new NamespaceScope(List.of(), List.of("a.b")).includes("axb"))
                .isTrue();
    }
}
