package dev.breakwater.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoProxyTest {
    /** entries; host; port; whether it is reached directly. */
    private static final String TABLE = """
            example.com; example.com; 443; yes
            example.com; sub.example.com; 443; yes
            example.com; notexample.com; 443; no
            .example.com; example.com; 443; no
            .example.com; a.example.com; 443; yes
            EXAMPLE.com; A.Example.COM; 443; yes
            example.com:5000; example.com; 5000; yes
            example.com:5000; example.com; 443; no
            10.0.0.0/8; 10.200.0.1; 5000; yes
            10.0.0.0/8; 11.0.0.1; 5000; no
            10.0.0.0/8; ten.example; 443; no
            10.1.2.3; 10.1.2.3; 443; yes
            10.1.2.3; 110.1.2.3; 443; no
            fd00::/8; fd12::1; 443; yes
            a.example, b.example; b.example; 443; yes
            *; anything.example; 443; yes
            other.example; localhost; 443; yes
            other.example; 127.0.0.1; 443; yes
            other.example; registry.example; 443; no
            """;

    static Stream<String> rows() {
        return TABLE.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hostsAreExemptAsInGo(String row) {
        String[] cells = row.split("; ");
        List<String> entries = List.of(cells[0].split(","));
        entries.forEach(NoProxy::check);
        assertThat(new NoProxy(entries).holds(cells[1], Integer.parseInt(cells[2])))
                .isEqualTo(cells[3].equals("yes"));
    }
}
