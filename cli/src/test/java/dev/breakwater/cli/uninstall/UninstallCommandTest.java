package dev.breakwater.cli.uninstall;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against an API server that keeps objects in memory and remembers what was deleted, in its order. */
class UninstallCommandTest {
    private static final String NAMESPACED = "/api/v1/namespaces/breakwater/";

    @TempDir
    Path folder;

    /** By path; whether the object has our label. */
    private final Map<String, Boolean> objects = Collections.synchronizedMap(new LinkedHashMap<>());

    private final List<String> deleted = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> refused = new TreeSet<>();
    private HttpServer server;

    record Run(int exitCode, String out, String err) {}

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: c
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                users: [{name: u, user: {}}]
                """.formatted(server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        int code = 200;
        String body = "{}";
        if (exchange.getRequestMethod().equals("DELETE")) {
            if (refused.contains(path)) {
                code = 403;
                body = "{\"kind\":\"Status\",\"reason\":\"Forbidden\",\"message\":\"not by you\"}";
            } else {
                deleted.add(path);
                objects.remove(path);
            }
        } else {
            boolean ours = query.contains("labelSelector=app.kubernetes.io/part-of=breakwater");
            body = "{\"items\":["
                    + objects.entrySet().stream()
                            .filter(object -> isIn(object.getKey(), path) && (!ours || object.getValue()))
                            .map(object -> item(object.getKey()))
                            .collect(Collectors.joining(","))
                    + "]}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(code, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** In a collection, of one namespace or of all. */
    private static boolean isIn(String object, String collection) {
        String own = object.substring(0, object.lastIndexOf('/'));
        return own.equals(collection)
                || own.replaceFirst("/namespaces/[^/]+(?=/)", "").equals(collection);
    }

    private static String item(String path) {
        String[] parts = path.split("/namespaces/");
        String namespace = parts.length == 2 && parts[1].contains("/") ? parts[1].split("/")[0] : "";
        return "{\"metadata\":{\"name\":\"" + path.substring(path.lastIndexOf('/') + 1) + "\",\"namespace\":\""
                + namespace + "\"}}";
    }

    private void install() {
        objects.put("/api/v1/namespaces/breakwater", true);
        objects.put("/api/v1/namespaces/shop", false);
        objects.put(NAMESPACED + "persistentvolumeclaims/breakwater-apiserver", true);
        objects.put(NAMESPACED + "services/breakwater-apiserver", true);
        objects.put("/apis/apps/v1/namespaces/breakwater/deployments/breakwater-apiserver", true);
        objects.put("/apis/apps/v1/namespaces/shop/deployments/web", false);
        objects.put("/apis/rbac.authorization.k8s.io/v1/clusterroles/breakwater-controller", true);
        objects.put("/apis/rbac.authorization.k8s.io/v1/clusterroles/view", false);
        objects.put("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/breakwater-controller", true);
        objects.put("/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.breakwater.dev", true);
        objects.put("/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.aquasecurity.github.io", true);
        objects.put("/apis/apiregistration.k8s.io/v1/apiservices/v1.apps", false);
    }

    private Run uninstall(String answers, boolean terminal, String... flags) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new UninstallCommand(new StringReader(answers), terminal));
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        String[] arguments = Stream.concat(
                        Stream.of("--kubeconfig", folder.resolve("kubeconfig").toString()), Stream.of(flags))
                .toArray(String[]::new);
        return new Run(command.execute(arguments), out.toString(), err.toString());
    }

    @Test
    void theApiServicesGoFirstAndTheNamespaceLastAndNothingOfOthers() {
        install();
        assertThat(uninstall("", false, "--yes").exitCode()).isZero();
        assertThat(deleted.subList(0, 2)).allMatch(path -> path.contains("/apiservices/v1alpha1."));
        assertThat(deleted.getLast()).isEqualTo("/api/v1/namespaces/breakwater");
        assertThat(deleted.indexOf("/apis/apps/v1/namespaces/breakwater/deployments/breakwater-apiserver"))
                .isLessThan(deleted.indexOf("/apis/rbac.authorization.k8s.io/v1/clusterroles/breakwater-controller"));
        assertThat(objects.keySet())
                .containsExactlyInAnyOrder(
                        "/api/v1/namespaces/shop",
                        "/apis/apps/v1/namespaces/shop/deployments/web",
                        "/apis/rbac.authorization.k8s.io/v1/clusterroles/view",
                        "/apis/apiregistration.k8s.io/v1/apiservices/v1.apps");
        assertThat(uninstall("", false, "--yes").out()).contains("There is nothing");
    }

    @Test
    void theReportsGoOnlyWhenSomebodySaysSo() {
        String claim = NAMESPACED + "persistentvolumeclaims/breakwater-apiserver";
        install();
        Run unasked = uninstall("", false);
        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err()).contains("--yes", "--keep-reports");
        assertThat(uninstall("", true).exitCode()).isEqualTo(2);
        assertThat(deleted).isEmpty();
        Run no = uninstall("n\n", true);
        assertThat(no.out())
                .contains("Delete these volume claims", "kept PersistentVolumeClaim breakwater/breakwater-apiserver");
        assertThat(objects).containsKeys(claim, "/api/v1/namespaces/breakwater");
        assertThat(deleted).hasSize(6);
        install();
        assertThat(uninstall("", false, "--keep-reports").exitCode()).isZero();
        assertThat(objects).containsKeys(claim, "/api/v1/namespaces/breakwater");
        install();
        assertThat(uninstall("Yes\n", true).exitCode()).isZero();
        assertThat(objects).doesNotContainKeys(claim, "/api/v1/namespaces/breakwater");
        assertThat(uninstall("", false, "--yes", "--keep-reports").exitCode()).isEqualTo(2);
    }

    @Test
    void aClaimThatSomebodyElseMadeInTheNamespaceIsAskedAboutToo() {
        install();
        objects.put(NAMESPACED + "persistentvolumeclaims/of-a-database", false);
        Run kept = uninstall("", false, "--keep-reports");
        assertThat(kept.out()).contains("kept PersistentVolumeClaim breakwater/of-a-database");
        assertThat(objects).containsKey("/api/v1/namespaces/breakwater");
    }

    @Test
    void aDryRunSaysAllAndChangesNothing() {
        install();
        Run run = uninstall("", false, "--dry-run");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines()).hasSize(8).allMatch(line -> line.startsWith("would delete "));
        assertThat(run.out().lines().findFirst().orElse("")).contains("APIService");
        assertThat(uninstall("", false, "--dry-run", "--keep-reports").out())
                .contains("would keep PersistentVolumeClaim")
                .doesNotContain("would delete Namespace");
        assertThat(deleted).isEmpty();
    }

    @Test
    void whatCannotBeDeletedIsNamedAndTheRestGoes() {
        install();
        String service = NAMESPACED + "services/breakwater-apiserver";
        refused.add(service);
        Run run = uninstall("", false, "--yes");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Service breakwater/breakwater-apiserver is not deleted", "not by you");
        assertThat(deleted).hasSize(7);
        refused.clear();
        assertThat(uninstall("", false, "--yes").exitCode()).isZero();
        assertThat(deleted).contains(service);
    }

    @Test
    void everyKindOfTheManifestsIsLookedFor() throws IOException {
        Set<String> kinds = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("..", "manifests"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".yaml")).toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("kind: "))
                        .map(line -> line.substring("kind: ".length()).strip())
                        .forEach(kinds::add);
            }
        }
        kinds.removeAll(Set.of("Kustomization", "Component"));
        Set<String> known = InstalledKinds.BETWEEN.stream()
                .map(resource -> resource.kind())
                .collect(Collectors.toCollection(TreeSet::new));
        known.addAll(Set.of("APIService", "PersistentVolumeClaim", "Namespace"));
        assertThat(kinds).isNotEmpty().isSubsetOf(known);
    }
}
