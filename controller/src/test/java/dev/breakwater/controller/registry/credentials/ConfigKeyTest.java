package dev.breakwater.controller.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.controller.image.ImageReference;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which key of a docker config leads to which image, as the kubelet has it. */
class ConfigKeyTest {
    /** key; image; whether it leads there. */
    private static final String TABLE = """
            https://index.docker.io/v1/; nginx; yes
            index.docker.io/v1/; nginx; yes
            index.docker.io; docker.io/library/nginx:1; yes
            docker.io; nginx; yes
            https://docker.io/; shop/web; yes
            registry-1.docker.io; shop/web; yes
            https://registry-1.docker.io/v2/; shop/web; yes
            docker.io/shop; shop/web; yes
            docker.io/shop; nginx; no
            docker.io; registry.example/web; no
            registry.example; registry.example/shop/web; yes
            REGISTRY.example; registry.example/shop/web; yes
            https://registry.example; registry.example/shop/web; yes
            http://registry.example/v2/; registry.example/shop/web; yes
            registry.example/v1/; registry.example/shop/web; yes
            registry.example; other.example/shop/web; no
            registry.example; sub.registry.example/shop/web; no
            registry.example:5000; registry.example:5000/web; yes
            registry.example; registry.example:5000/web; no
            registry.example:5000; registry.example/web; no
            registry.example/shop; registry.example/shop/web; yes
            registry.example/shop/web; registry.example/shop/web:1; yes
            registry.example/shop; registry.example/shop-two/web; yes
            registry.example/shop/web; registry.example/shop/api; no
            *.example.com; a.example.com/web; yes
            *.example.com; a.b.example.com/web; no
            *.example.com; example.com/web; no
            *.*.example.com; a.b.example.com/web; yes
            pre*.example.com; prefix.example.com/web; yes
            pre*.example.com; other.example.com/web; no
            *.example.com:5000; a.example.com:5000/web; yes
            *.example.com; a.example.com:5000/web; no
            *.example.com/shop; a.example.com/shop/web; yes
            *.example.com/shop; a.example.com/web; no
            10.0.0.1:5000; 10.0.0.1:5000/web; yes
            a*b*c.example.com; aXbXbc.example.com/web; yes
            a*b*c.example.com; aXbXcb.example.com/web; no
            **.example.com; a.example.com/web; yes
            *.dkr.ecr.*.amazonaws.com; 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web; yes
            """;

    static Stream<String> rows() {
        return TABLE.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aKeyLeadsWhereTheKubeletLetsItLead(String row) {
        String[] cells = row.split("; ");
        ConfigKey key = Objects.requireNonNull(ConfigKey.parse(cells[0]), row);
        assertThat(key.leadsTo(ImageReference.parse(cells[1]))).isEqualTo(cells[2].equals("yes"));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatNamesNoRegistryIsNoKey(String text) {
        assertThat(ConfigKey.parse(text)).isNull();
    }

    static Stream<String> nonsense() {
        return Stream.of("", "https://", "/shop", "a b", "ftp://registry.example/x");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void theMoreTellingKeyComesFirst(String first, String second) {
        ConfigKey one = Objects.requireNonNull(ConfigKey.parse(first));
        ConfigKey other = Objects.requireNonNull(ConfigKey.parse(second));
        assertThat(ConfigKey.MOST_TELLING_FIRST.compare(one, other)).isNegative();
    }

    static Stream<Arguments> orders() {
        return Stream.of(
                Arguments.of("registry.example/shop/web", "registry.example/shop"),
                Arguments.of("registry.example/shop", "registry.example"),
                Arguments.of("a.example.com", "*.example.com/shop"),
                Arguments.of("docker.io/shop", "https://index.docker.io/v1/"));
    }

    @Test
    @Timeout(10)
    void aKeyOfAHundredStarsHoldsUpNobody() {
        ConfigKey key = Objects.requireNonNull(ConfigKey.parse("*a".repeat(100) + "b.example"));
        assertThat(key.leadsTo(ImageReference.parse("a".repeat(200) + ".example/web")))
                .isFalse();
    }
}
