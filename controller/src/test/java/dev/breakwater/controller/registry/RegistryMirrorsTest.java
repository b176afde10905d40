package dev.breakwater.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.kubernetes.Objects;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryMirrorsTest {
    private static final RegistryMirrors MIRRORS = new RegistryMirrors(Map.of(
            "docker.io", "mirror.example/hub",
            "registry.example/team", "mirror.example",
            "registry.example", "other.example:5000/all"));

    /** image; where it is pulled. */
    private static final String TABLE = """
            nginx; mirror.example/hub/library/nginx
            docker.io/shop/web; mirror.example/hub/shop/web
            index.docker.io/shop/web; mirror.example/hub/shop/web
            registry.example/team/web; mirror.example/web
            registry.example/team-a/web; other.example:5000/all/team-a/web
            registry.example:5000/web; registry.example:5000/web
            quay.io/web; quay.io/web
            """;

    static Stream<String> rows() {
        return TABLE.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theLongestPrefixOfWholeElementsCounts(String row) {
        String[] cells = row.split("; ");
        String digest = Objects.digest("web");
        ImageReference mirrored = MIRRORS.of(ImageReference.parse(cells[0] + "@" + digest));
        assertThat(mirrored.name()).isEqualTo(cells[1]);
        assertThat(mirrored.digest()).isEqualTo(digest);
    }

    @Test
    void whatDoesNotBeginWithAHostIsNoPrefix() {
        for (String prefix : List.of("library", "", "UPPER CASE", "registry.example/UPPER", "registry.example/")) {
            assertThatThrownBy(() -> new RegistryMirrors(Map.of(prefix, "mirror.example")))
                    .as(prefix)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
