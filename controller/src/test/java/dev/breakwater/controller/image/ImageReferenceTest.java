package dev.breakwater.controller.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "nginx, index.docker.io, library/nginx, latest",
        "nginx:1.25, index.docker.io, library/nginx, 1.25",
        "docker.io/nginx:1.25, index.docker.io, library/nginx, 1.25",
        "rancher/local-path-provisioner:v0.0.14, index.docker.io, rancher/local-path-provisioner, v0.0.14",
        "k8s.gcr.io/kube-apiserver:v1.21.1, k8s.gcr.io, kube-apiserver, v1.21.1",
        "localhost/web, localhost, web, latest",
        "10.0.0.1:5000/a/b/c:x, 10.0.0.1:5000, a/b/c, x",
        "registry:5000/web, registry:5000, web, latest"
    })
    void aReferenceIsSplitAsGoContainerregistrySplitsIt(String text, String registry, String repository, String tag) {
        assertThat(ImageReference.parse(text)).isEqualTo(new ImageReference(registry, repository, tag, ""));
    }

    @Test
    void aDigestStandsBesideTheTagOrInsteadOfIt() {
        assertThat(ImageReference.parse("r.io/web:1@sha256:" + HEX))
                .isEqualTo(new ImageReference("r.io", "web", "1", "sha256:" + HEX));
        assertThat(ImageReference.parse("r.io/web@sha256:" + HEX).tag()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:" + HEX, HEX, "", "UPPER/case", "a b", "web:", "web:-x", "r.io/"})
    void whatNoRegistryWouldTakeIsRefused(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLabelHoldsFortyDigits() {
        assertThat(RunningImage.of("x@sha256:" + HEX, Platform.LINUX_AMD64)
                        .orElseThrow()
                        .digestLabel())
                .isEqualTo("sha256-" + HEX.substring(0, 40))
                .hasSizeLessThanOrEqualTo(63);
    }
}
