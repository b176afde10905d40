package dev.breakwater.controller.registry.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.image.ImageReference;
import dev.breakwater.controller.image.PullIdentity;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kubernetes.InMemoryKubernetes;
import dev.breakwater.controller.kubernetes.Objects;
import dev.breakwater.controller.kubernetes.Pauses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullCredentialsTest {
    private static final ImageReference WEB = ImageReference.parse("registry.example/shop/web:1");
    private static final PullIdentity POD = new PullIdentity("shop", List.of("one", "two"), "default");

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

    @Test
    void thePodsSecretsComeBeforeTheAccountsAndThoseBeforeTheNamedOnes() throws IOException {
        config("shop", "one", "registry.example", "a:1");
        config("shop", "two", "registry.example", "b:2");
        config("shop", "accounts", "registry.example", "c:3");
        config("shop", "named", "registry.example", "d:4");
        config("breakwater", "fleet", "registry.example", "e:5");
        config("other", "named", "registry.example", "f:6");
        account("shop", "default", "accounts");
        PullCredentials credentials = credentials(
                Map.of("shop", List.of("named"), "breakwater", List.of("fleet"), "other", List.of("named")));

        assertThat(names(credentials.find(WEB, List.of(POD))))
                .containsExactly("one a:1", "two b:2", "accounts c:3", "named d:4", "fleet e:5");
    }

    @Test
    void theLongerPathWinsWhereverItStandsAndNoCredentialIsTriedTwice() throws IOException {
        config("shop", "one", "registry.example", "a:1");
        secret("shop", "two", "kubernetes.io/dockerconfigjson", """
                {"auths": {
                  "registry.example": {"auth": "%s"},
                  "registry.example/shop": {"username": "team", "password": "with,comma:and:colons"},
                  "registry.example/shop/other": {"username": "no", "password": "no"},
                  "*.example": {"username": "glob", "password": "g"}}}
                """.formatted(base64("a:1")));

        assertThat(names(credentials(Map.of()).find(WEB, List.of(POD))))
                .containsExactly("two team:with,comma:and:colons", "one a:1", "two glob:g");
    }

    @Test
    void bothFormsOfPullSecretsAreReadAndAuthWinsOverUserAndPassword() throws IOException {
        secret("shop", "one", "kubernetes.io/dockercfg", """
                {"https://registry.example/v1/": {"auth": "%s", "username": "x", "password": "y", "email": "a@b"}}
                """.formatted(base64("old:form")));
        secret("shop", "two", "kubernetes.io/dockerconfigjson", """
                {"auths": {"registry.example": {"username": "plain", "password": ""}}, "credsStore": "osxkeychain"}""");

        assertThat(names(credentials(Map.of()).find(WEB, List.of(POD)))).containsExactly("one old:form", "two plain:");
    }

    @Test
    void whatCannotBeReadIsToldByTheSecretsNameAndTheRestIsUsed() throws IOException {
        secret(
                "shop",
                "one",
                "kubernetes.io/dockerconfigjson",
                "{\"auths\": {\"registry.example\": {\"auth\": \"s3cr3t");
        secret("shop", "two", "kubernetes.io/dockerconfigjson", """
                {"auths": {
                  "other.example": {"auth": "!!s3cr3t!!"},
                  "third.example": {"auth": "%s"},
                  "fourth.example": {"identitytoken": "s3cr3t"},
                  "fifth.example": {},
                  "": {"auth": "s3cr3t"},
                  "registry.example": {"auth": "%s"}}}
                """.formatted(base64("s3cr3t"), base64("good:word")));
        secret("shop", "three", "Opaque", "s3cr3t");
        secret("shop", "four", "kubernetes.io/dockerconfigjson", "[]");
        secret("shop", "five", "kubernetes.io/dockerconfigjson", "{\"credHelpers\": {\"registry.example\": \"ecr\"}}");
        PullIdentity pod =
                new PullIdentity("shop", List.of("one", "two", "three", "four", "five", "missing"), "default");

        PullCredentials.Found found = credentials(Map.of()).find(WEB, List.of(pod));

        assertThat(names(found)).containsExactly("two good:word");
        assertThat(found.unusable())
                .extracting(unusable -> unusable.secret() + " " + unusable.why())
                .containsExactly(
                        "one is no JSON in .dockerconfigjson",
                        "two has an entry for other.example whose auth is not base64 of USER:PASSWORD",
                        "two has an entry for third.example whose auth is not base64 of USER:PASSWORD",
                        "two has an entry for fourth.example with neither auth nor username",
                        "two has an entry that names no registry",
                        "three has the type 'Opaque'; a pull secret has kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg",
                        "four is no docker config in .dockerconfigjson",
                        "five names a credential helper and has no entry of its own",
                        "missing does not exist");
        assertThat(found.toString()).doesNotContain("s3cr3t", "good", "word", base64("good:word"));
    }

    @Test
    void thousandsOfBrokenEntriesAreFewWords() throws IOException {
        String broken = IntStream.range(0, 5000)
                .mapToObj(number -> "\"host-" + number + ".example\": {\"auth\": \"!\"}")
                .collect(Collectors.joining(","));
        secret("shop", "one", "kubernetes.io/dockerconfigjson", "{\"auths\": {" + broken + "}}");

        assertThat(credentials(Map.of()).find(WEB, List.of(POD)).unusable())
                .hasSizeLessThan(12)
                .extracting(PullCredentials.Unusable::why)
                .contains("has 4993 more entries that cannot be used");
    }

    @Test
    void aNamespaceThatKeepsItsSecretsToItselfIsNoErrorAndNoMissingRight() throws IOException {
        config("shop", "one", "registry.example", "a:1");
        config("breakwater", "fleet", "registry.example", "e:5");
        cluster.refuse(call -> call.path().contains("/namespaces/shop/"), 403);

        PullCredentials.Found found =
                credentials(Map.of("breakwater", List.of("fleet"))).find(WEB, List.of(POD));

        assertThat(names(found)).containsExactly("fleet e:5");
        assertThat(found.unusable())
                .extracting(PullCredentials.Unusable::secret)
                .containsExactly("one", "two");
        assertThat(found.unusable().getFirst().why()).contains("docs/registries.md");
        assertThat(api.rights().missing()).isEmpty();
    }

    @Test
    void whereNotAskedForNothingOfPodsIsRead() throws IOException {
        config("shop", "one", "registry.example", "a:1");
        config("shop", "named", "registry.example", "d:4");
        PullCredentials credentials = new PullCredentials(api, false, Map.of("shop", List.of("named")), "breakwater");

        assertThat(names(credentials.find(WEB, List.of(POD)))).containsExactly("named d:4");
        assertThat(cluster.calls())
                .extracting(InMemoryKubernetes.Call::path)
                .containsExactly("/api/v1/namespaces/shop/secrets/named");
    }

    @Test
    void secretsOfOtherNamespacesLeadNobodyAnywhere() throws IOException {
        config("other", "one", "registry.example", "f:6");
        assertThat(credentials(Map.of("other", List.of("one")))
                        .find(WEB, Set.of(new PullIdentity("shop", List.of("one"), "default")))
                        .credentials())
                .isEmpty();
    }

    private PullCredentials credentials(Map<String, List<String>> named) {
        return new PullCredentials(api, true, named, "breakwater");
    }

    private static List<String> names(PullCredentials.Found found) {
        return found.credentials().stream()
                .map(credential ->
                        credential.secret() + " " + credential.credential().username() + ":"
                                + credential.credential().password())
                .toList();
    }

    private void config(String namespace, String name, String key, String pair) {
        secret(
                namespace,
                name,
                "kubernetes.io/dockerconfigjson",
                "{\"auths\": {\"" + key + "\": {\"auth\": \"" + base64(pair) + "\"}}}");
    }

    private void secret(String namespace, String name, String type, String content) {
        ObjectNode secret = Objects.object("v1", "Secret", namespace, name);
        secret.put("type", type);
        secret.putObject("data")
                .put(type.equals("kubernetes.io/dockercfg") ? ".dockercfg" : ".dockerconfigjson", base64(content));
        cluster.put("/api/v1/namespaces/" + namespace + "/secrets", secret);
    }

    private void account(String namespace, String name, String secret) {
        ObjectNode account = Objects.object("v1", "ServiceAccount", namespace, name);
        account.putArray("imagePullSecrets").addObject().put("name", secret);
        cluster.put("/api/v1/namespaces/" + namespace + "/serviceaccounts", account);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
