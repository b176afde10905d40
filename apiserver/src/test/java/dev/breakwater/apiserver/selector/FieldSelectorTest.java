package dev.breakwater.apiserver.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSelectorTest {
    /** k8s-wire 216; the object is shop/web. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata.name=web | true",
                "metadata.name==web | true",
                "metadata.name!=web | false",
                "metadata.name!=x | true",
                "metadata.namespace=shop | true",
                "metadata.namespace=shop,metadata.name=web | true",
                "metadata.namespace=shop,metadata.name=x | false",
                "metadata.name=w\\,eb | false",
            })
    void fieldsMatch(String selector, boolean matches) throws SelectorException {
        assertThat(FieldSelector.parse(selector, true).matches("shop", "web")).isEqualTo(matches);
    }

    @Test
    void escapedCharactersBelongToTheValue() throws SelectorException {
        assertThat(FieldSelector.parse("metadata.name=a\\,b\\=c\\\\d", true).exactName())
                .isEqualTo("a,b=c\\d");
    }

    /** k8s-wire 217. */
    @ParameterizedTest
    @ValueSource(
            strings = {"spec.x=1", "metadata.uid=1", "name=x", "metadata.name", "metadata.name=a=b", "metadata.name=\\x"
            })
    void otherFieldsAndBrokenTermsAreRefused(String selector) {
        assertThatThrownBy(() -> FieldSelector.parse(selector, true)).isInstanceOf(SelectorException.class);
    }

    /** k8s-wire 219. */
    @Test
    void namespaceIsNoFieldOfAClusterScopedKind() {
        assertThatThrownBy(() -> FieldSelector.parse("metadata.namespace=x", false))
                .hasMessage("field label not supported: metadata.namespace");
    }

    /** k8s-wire 218 and 251. */
    @Test
    void theScopeCountsBesideTheFields() throws SelectorException {
        Selection other =
                new Selection("other", LabelSelector.EVERYTHING, FieldSelector.parse("metadata.namespace=shop", true));
        assertThat(other.matches("shop/web", Map.of())).isFalse();
        assertThat(other.matches("other/web", Map.of())).isFalse();
        Selection prefix = new Selection("sho", LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
        assertThat(prefix.matches("shop/web", Map.of())).isFalse();
        assertThat(new Selection("shop", LabelSelector.EVERYTHING, FieldSelector.EVERYTHING)
                        .matches("shop/web", Map.of()))
                .isTrue();
    }
}
