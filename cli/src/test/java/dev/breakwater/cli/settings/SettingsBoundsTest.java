package dev.breakwater.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.control.ControlCommand;
import dev.breakwater.cli.serve.ServeCommand;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A value that is not allowed stops the start, with its setting, where it came from, and what is allowed. */
class SettingsBoundsTest {
    /** command; flag=value; words of what is allowed. */
    private static final String TABLE = """
            serve; --port=-1; 1 to 65535
            serve; --port=65536; 1 to 65535
            serve; --retention=0s; 1s to
            serve; --retention=99999999999999999999h; longer than any time
            serve; --retention=-5m; is not a duration
            serve; --shutdown-delay=1h; 0s to 10m
            serve; --serving-secret=A_B; the name of an object
            serve; --serving-secret=; the name of an object
            serve; --controller-user=; the name of a user
            serve; --service=only-a-name; NAME.NAMESPACE
            serve; --service=Reports.security; the name of a namespace
            serve; --service=.; the name of a namespace
            serve; --data=; a folder
            serve; --host=; an address
            serve; --host=not an address; an address
            serve; --database=mysql://db/x; jdbc:postgresql:
            serve; --tls-cert-file=a.pem; go together
            serve; --standalone=maybe; not a boolean
            control; --namespace=Bad_NS; the name of a namespace
            control; --namespace=; the name of a namespace
            control; --target-namespaces=ok,UPPER; the name of a namespace
            control; --exclude-namespaces=kube-*,a/b; with * and ?
            control; --probe-port=70000; 1 to 65535
            control; --probe-port=-8080; 1 to 65535
            control; --retry-first=0s; 100ms to
            control; --retry-longest=1s; 1m to
            control; --leader-election=perhaps; not a boolean
            control; --scanner-image=UPPER CASE; an image such as
            control; --scanner-image=; an image such as
            control; --scanner-image-pull-policy=Sometimes; one of Always, IfNotPresent, Never
            control; --scanner-server-url=trivy:4954; a URL such as
            control; --scanner-server-url=http://; a URL such as
            control; --scanner-server-token-secret=A_B; the name of an object
            control; --scanner-database-repository=http://mirror/db; an image such as
            control; --scanner-java-database-repository=:; an image such as
            control; --scanner-skip-database-update=x; not a boolean
            control; --scanner-cache-folder=cache; an absolute path
            control; --scanner-cache-folder=/tmp/../etc; an absolute path
            control; --scanner-severities=HIGH,FOO; any of CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN
            control; --scanner-ignore-unfixed=x; not a boolean
            control; --scanner-package-types=gems; any of os, library
            control; --scanner-secrets=x; not a boolean
            control; --scanner-insecure-registries=https://x; HOST:PORT
            control; --scanner-plain-registries=a b; HOST:PORT
            control; --scanner-optional-fields=BAD; allowed is one of
            control; --scanner-timeout=0s; 1s to
            control; --scanner-timeout=20m; more than --scanner-timeout, 20m
            control; --scanner-report-ttl=30s; 1m to
            control; --scanner-report-ttl=1 day; is not a duration
            control; --scanner-database-poll=100ms; 1s to
            control; --scanner-server-token-file=token; an absolute path
            control; --jobs-namespace=A; the name of a namespace
            control; --jobs-service-account=; the name of an object
            control; --jobs-concurrent=0; 1 to 500
            control; --jobs-concurrent=-5; 1 to 500
            control; --jobs-concurrent=many; is not an int
            control; --jobs-deadline=0s; 10s to
            control; --jobs-deadline=1m; more than --scanner-timeout
            control; --jobs-keep-finished=9999h; 0s to 720h
            control; --jobs-max-result-bytes=0; 1024 to
            control; --jobs-requests=cpu=abc; a quantity such as
            control; --jobs-requests=cpu=2; at most the limit
            control; --jobs-requests=gold=1; cpu, memory
            control; --jobs-limits=memory=-1; a quantity such as
            control; --jobs-limits=memory=1Zi; a quantity such as
            control; --jobs-node-selector=a b=c; NAME=VALUE
            control; --jobs-image-pull-secrets=ok,A_B; the name of an object
            control; --jobs-priority-class=Very High; the name of an object
            control; --jobs-labels=team=a b; NAME=VALUE
            control; --jobs-annotations=a b=c; [DOMAIN/]NAME
            control; --jobs-environment=1A=x; names of variables
            control; --registry-pod-secrets=x; not a boolean
            control; --registry-secrets=hub; shop=hub
            control; --registry-secrets=Shop=hub; the name of a namespace
            control; --registry-secrets=shop=A_B; the name of an object
            control; --registry-ca-config-map=A_B; the name of an object
            control; --registry-ca-secret=A_B; the name of an object
            control; --registry-ca-folder=ca; an absolute path
            control; --registry-mirrors=docker.io=UPPER CASE; HOST[/PATH]=HOST[/PATH]
            control; --registry-mirrors=library=mirror.example; HOST[/PATH]=HOST[/PATH]
            control; --registry-http-proxy=proxy:3128; a URL such as
            control; --registry-https-proxy=http://user:word@proxy:3128; a URL without user and password
            control; --registry-no-proxy=10.0.0.0/99; a range such as
            control; --registry-no-proxy=a b; a host, a domain
            control; --audit=x; not a boolean
            control; --audit-kinds=Deployment; Workload
            control; --audit-checks-off=KSV-9999; there is no check
            control; --audit-checks-off-in-namespace=Shop=KSV-0014; the name of a namespace
            control; --audit-checks-off-in-namespace=KSV-0014; shop=KSV-0014
            control; --audit-severities=KSV-0014=BAD; CRITICAL, HIGH, MEDIUM, LOW and UNKNOWN
            control; --audit-recorded-severities=FOO; allowed is one of
            control; --audit-merge-rbac=x; not a boolean
            control; --audit-report-ttl=0s; 1m to
            control; --audit-concurrent=0; 1 to 200
            control; --audit-policies=; the name of an object
            control; --deviations=selinux-type; selinux-types
            control; --failed-checks-only=x; not a boolean
            control; --checks-bundle=not a reference; HOST/PATH
            control; --checks-bundle-refresh=0s; 10s to
            control; --nodes=x; not a boolean
            control; --nodes-namespace=A; the name of a namespace
            control; --nodes-pod=A_B; the name of an object
            control; --nodes-image=UPPER CASE; an image such as
            control; --nodes-image-pull-policy=always; one of Always
            control; --nodes-image-pull-secrets=A_B; the name of an object
            control; --nodes-folders=etc; an absolute path
            control; --nodes-files=/etc/../x; an absolute path
            control; --nodes-concurrent=0; 1 to 100
            control; --nodes-deadline=1s; 10s to
            control; --nodes-refresh=0s; 1m to
            control; --nodes-retry=0s; 1s to
            control; --nodes-selector=a in b; a label selector
            control; --nodes-selector=a=b,,c; a label selector
            control; --nodes-requests=memory=lots; a quantity such as
            control; --nodes-limits=cpu=; a quantity such as
            control; --nodes-priority-class=A; the name of an object
            control; --nodes-read-configz=x; not a boolean
            control; --compliance-frameworks=k8s-cis-9; k8s-cis-1.23
            control; --compliance-zone=Mars/Base; is not a time zone
            control; --compliance-fail-entries-limit=-1; 0 to
            control; --log-level=loud; allowed is one of
            control; --log-format=xml; allowed is one of
            collect-node; --root=/no/such/folder; a folder
            """;

    /** Of these every text is allowed, or only the attempt to use it shows. */
    private static final Set<String> ANY = Set.of(
            "--help",
            "--config",
            "--kubeconfig",
            "--work-folder",
            "--scanner-extra-arguments",
            "--tls-key-file",
            "--log-level",
            "--log-format");

    @TempDir
    Path folder;

    static Stream<String> rows() {
        return TABLE.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aFlagOutOfBoundsIsRefusedWithItsNameAndWhatIsAllowed(String row) {
        String[] cells = row.split("; ", 3);
        String said = refused(Map.of(), cells[0], cells[1]);
        assertThat(said).contains(cells[1].substring(0, cells[1].indexOf('='))).contains(cells[2]);
        assertThat(said).doesNotContain("Exception", "\tat ");
    }

    @Test
    void everySettingIsInTheTable() {
        Set<String> missing = new TreeSet<>();
        for (Configured command : List.of(new ServeCommand(), new ControlCommand())) {
            for (SettingGroup group : command.groups()) {
                for (Setting<?> setting : group.listed()) {
                    String flag = setting.flag();
                    if (!ANY.contains(flag) && rows().noneMatch(row -> row.contains("; " + flag + "="))) {
                        missing.add(flag);
                    }
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void severalWrongValuesAreToldTogetherWithWhereEachCameFrom() throws Exception {
        Path file = Files.writeString(folder.resolve("b.yaml"), """
                control:
                  jobs: {concurrent: 0}
                  nodes: {refresh: 0s}
                """);
        String said = refused(
                Map.of("BREAKWATER_AUDIT_CONCURRENT", "-1"),
                "control",
                "--config=" + file,
                "--scanner-severities=FOO",
                "--probe-port=99999");
        assertThat(said.lines())
                .contains(
                        "breakwater: --scanner-severities is 'FOO'; allowed is any of CRITICAL, HIGH, MEDIUM, LOW, UNKNOWN",
                        "breakwater: --jobs-concurrent is 0; allowed is 1 to 500 (from control.jobsConcurrent in "
                                + file + ")",
                        "breakwater: --nodes-refresh is 0s; allowed is 1m to 8760h (from control.nodesRefresh in "
                                + file + ")",
                        "breakwater: --audit-concurrent is -1; allowed is 1 to 200 (from BREAKWATER_AUDIT_CONCURRENT)",
                        "breakwater: --probe-port is 99999; allowed is a port, 1 to 65535, or 0 for a free one");
    }

    @Test
    void aDatabaseUrlIsNotRepeated() {
        assertThat(refused(Map.of("BREAKWATER_DATABASE", "postgres://user:hidden@db/x"), "serve"))
                .doesNotContain("hidden");
    }

    private static String refused(Map<String, String> environment, String... arguments) {
        StringWriter err = new StringWriter();
        int exit =
                Breakwater.run(arguments, environment, new PrintWriter(new StringWriter()), new PrintWriter(err, true));
        assertThat(exit)
                .as("%s: %s", new ArrayList<>(Arrays.asList(arguments)), err)
                .isEqualTo(2);
        return err.toString();
    }
}
