package dev.breakwater.controller.reports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a scan's result the Trivy server has to be told. */
class TrivyPackagesTest {
    @Test
    void aPackageOfAThirdPartyStaysOne() throws IOException {
        JsonNode blob = read(result("debian", "12.5", "os-pkgs", "debian", "image (debian 12.5)", """
                {"ID": "libssl3@3.0.9-1", "Name": "libssl3", "Version": "3.0.9", "Release": "1", "Epoch": 1, "Arch": "amd64",
                 "SrcName": "openssl", "SrcVersion": "3.0.9", "SrcRelease": "1", "SrcEpoch": 1, "Maintainer": "pkg@nvidia.com",
                 "Repository": {"Class": "third-party"}, "Licenses": ["Apache-2.0"], "InstalledFiles": ["/a"],
                 "Identifier": {"PURL": "pkg:deb/debian/libssl3@3.0.9-1?arch=amd64", "UID": "1f"}}"""))
                .orElseThrow();
        assertThat(blob.path("schema_version").asInt()).isEqualTo(2);
        assertThat(blob.path("os").toString()).isEqualTo("{\"family\":\"debian\",\"name\":\"12.5\"}");
        JsonNode told = blob.at("/package_infos/0/packages/0");
        assertThat(told.at("/repository/class").asText()).isEqualTo("third-party");
        assertThat(told.path("src_name").asText()).isEqualTo("openssl");
        assertThat(told.path("src_version").asText()).isEqualTo("3.0.9");
        assertThat(told.path("src_release").asText()).isEqualTo("1");
        assertThat(told.path("src_epoch").asInt()).isEqualTo(1);
        assertThat(told.path("epoch").asInt()).isEqualTo(1);
        assertThat(told.at("/identifier/purl").asText()).startsWith("pkg:deb/debian/libssl3");
        assertThat(told.has("licenses")).isFalse();
    }

    @Test
    void packagesOfFilesAreToldWithTheirFileAndJoinedOnesWithout() throws IOException {
        String joined = result("debian", "12.5", "lang-pkgs", "node-pkg", "Node.js", """
                {"ID": "a@1", "Name": "a", "Version": "1", "Relationship": "direct", "FilePath": "srv/a/package.json"}""");
        JsonNode application = read(joined).orElseThrow().at("/applications/0");
        assertThat(application.path("type").asText()).isEqualTo("node-pkg");
        assertThat(application.has("file_path")).isFalse();
        assertThat(application.at("/packages/0/file_path").asText()).isEqualTo("srv/a/package.json");
        assertThat(application.at("/packages/0/relationship").asInt()).isEqualTo(3);
        String binary = result("debian", "12.5", "lang-pkgs", "gobinary", "usr/bin/tool", """
                {"ID": "stdlib@v1.22.0", "Name": "stdlib", "Version": "v1.22.0"}""");
        assertThat(read(binary).orElseThrow().at("/applications/0/file_path").asText())
                .isEqualTo("usr/bin/tool");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Modularitylabel\": \"nodejs:18\"", "\"BuildInfo\": {\"ContentSets\": [\"a\"]}"})
    void whatTheServerIsNotToldOverItsProtocolIsLeftToJobs(String member) throws IOException {
        assertThat(read(result(
                        "redhat",
                        "8.9",
                        "os-pkgs",
                        "redhat",
                        "x",
                        "{\"ID\": \"a@1\", \"Name\": \"a\", \"Version\": \"1\", " + member + "}")))
                .isEmpty();
    }

    @Test
    void anAlpineWithoutANumberIsLeftToJobs() throws IOException {
        String apk = "{\"ID\": \"a@1\", \"Name\": \"a\", \"Version\": \"1\"}";
        assertThat(read(result("alpine", "3.21.0_alpha20240923", "os-pkgs", "alpine", "x", apk)))
                .isEmpty();
        assertThat(read(result("alpine", "3.20.3", "os-pkgs", "alpine", "x", apk)))
                .isPresent();
    }

    @Test
    void aResultWithoutPackagesIsAnEmptyList() throws IOException {
        JsonNode blob = read("{\"SchemaVersion\": 2, \"ArtifactName\": \"x\", \"Metadata\": {\"ImageID\": \"a\"}}")
                .orElseThrow();
        assertThat(blob.toString()).isEqualTo("{\"schema_version\":2}");
    }

    private static Optional<JsonNode> read(String json) throws IOException {
        return TrivyPackages.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))
                .map(TrivyPackages.Listing::blob);
    }

    private static String result(
            String family, String release, String resultClass, String type, String target, String found) {
        return """
                {"SchemaVersion": 2, "ArtifactName": "image", "Metadata": {"OS": {"Family": "%s", "Name": "%s"}},
                 "Results": [{"Target": "%s", "Class": "%s", "Type": "%s", "Packages": [%s]},
                             {"Target": "srv/settings.env", "Class": "secret", "Secrets": []}]}
                """.formatted(family, release, target, resultClass, type, found);
    }
}
