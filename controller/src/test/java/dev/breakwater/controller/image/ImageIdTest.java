package dev.breakwater.controller.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which container runtimes say what runs; the table of docs/imagescan.md, line by line. */
class ImageIdTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final String OTHER = HEX.replace('0', 'f');

    @ParameterizedTest
    @CsvSource({
        "docker.io/library/nginx@sha256:HEX, docker.io/library/nginx", // containerd, CRI-O
        "docker-pullable://nginx@sha256:HEX, nginx", // cri-dockerd
        "containerd://r.io:5000/a@sha256:HEX, r.io:5000/a",
        "r.io/a:1@sha256:HEX, r.io/a:1",
        "docker.io/library/import-2026-11-21@sha256:HEX, docker.io/library/import-2026-11-21" // ctr images import
    })
    void aRepositoryAndADigestNameContentInARegistry(String imageId, String repository) {
        assertThat(ImageId.parse(imageId.replace("HEX", HEX)))
                .isEqualTo(new ImageId.InRegistry(repository, "sha256:" + HEX));
        assertThat(RunningImage.of(imageId.replace("HEX", HEX), Platform.LINUX_AMD64)
                        .orElseThrow()
                        .digest())
                .isEqualTo("sha256:" + HEX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEX", // CRI-O
                "sha256:HEX", // containerd, an image loaded by hand
                "docker://sha256:HEX", // cri-dockerd, an image built on the node
                "containerd://sha256:HEX",
                "cri-o://HEX"
            })
    void anIdWithoutARepositoryIsThatOfTheConfigurationAndNoDigest(String imageId) {
        assertThat(ImageId.parse(imageId.replace("HEX", HEX))).isEqualTo(new ImageId.OfConfiguration("sha256:" + HEX));
        assertThat(RunningImage.of(imageId.replace("HEX", HEX), Platform.LINUX_AMD64))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "docker://", "nginx:1.25", "nginx@sha256:abc", "sha256:abc", "@sha256:HEX", "HEXab"})
    void whatIsNeitherNamesNothing(String imageId) {
        assertThat(RunningImage.of(imageId.replace("HEX", HEX), Platform.LINUX_AMD64))
                .isEmpty();
        assertThat(ImageId.digest(ImageId.parse(imageId.replace("HEX", HEX)), "web:1"))
                .isEmpty();
    }

    @Test
    void theDigestIsTheNodesElseThePodsElseNobodys() {
        String asked = "r.io/web:1@sha256:" + OTHER;
        assertThat(ImageId.digest(ImageId.parse("r.io/web@sha256:" + HEX), asked))
                .contains("sha256:" + HEX);
        for (String id : List.of(HEX, "sha256:" + HEX, "docker://sha256:" + HEX, "something:new")) {
            assertThat(ImageId.digest(ImageId.parse(id), asked)).contains("sha256:" + OTHER);
            assertThat(ImageId.digest(ImageId.parse(id), "r.io/web:1")).isEmpty();
        }
        // Nothing runs, whatever is asked for.
        assertThat(ImageId.digest(ImageId.parse(""), asked)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // as the pod names it, as the node reports it, first try, second try
        "r.io/team/fresh:1, r.io/aold/fresh@D, r.io/team/fresh@D, r.io/aold/fresh@D",
        "r.io/team/fresh, r.io/team/fresh@D, r.io/team/fresh@D,",
        "nginx:1.25, docker.io/library/nginx@D, index.docker.io/library/nginx@D,",
        "nginx, docker-pullable://nginx@D, index.docker.io/library/nginx@D,",
        "r.io/web:1@OTHER, r.io/web@D, r.io/web@D,",
        "mirror:5000/web, quay.io/team/web@D, mirror:5000/web@D, quay.io/team/web@D",
        "r.io/web:1, sha256:HEX, r.io/web@D,",
        "sha256:HEX, r.io/web@D, r.io/web@D,"
    })
    void thePodsOwnRepositoryIsPulledFirstAndTheReportedOneSecond(
            String image, String imageId, String first, String second) {
        List<String> references = PullReferences.of(
                image.replace("OTHER", "sha256:" + OTHER).replace("HEX", HEX),
                ImageId.parse(imageId.replace("D", "sha256:" + HEX).replace("HEX", HEX)),
                "sha256:" + HEX);
        assertThat(references.getFirst()).isEqualTo(first.replace("D", "sha256:" + HEX));
        assertThat(references).hasSize(second == null ? 1 : 2);
        if (second != null) {
            assertThat(references.getLast()).isEqualTo(second.replace("D", "sha256:" + HEX));
        }
    }
}
