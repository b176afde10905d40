package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import dev.breakwater.settings.Type.Shape;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A value that is allowed and not the default, for each setting, as a flag has it. */
final class SettingSamples {
    private static final Map<String, String> BY_KEY = Stream.of("""
                    data reports
                    database jdbc:postgresql://db/breakwater
                    retention 11m
                    host 127.0.0.2
                    kubeconfig some/kubeconfig
                    service reports.security
                    tlsCertFile tls.crt
                    tlsKeyFile tls.key
                    controllerUser somebody
                    shutdownDelay 3m
                    logLevel debug
                    logFormat json
                    targetNamespaces shop,ci
                    excludeNamespaces kube-*,a?
                    workFolder /var/work
                    deviations none
                    scanner.image registry.example/trivy:1.10
                    scanner.serverUrl http://trivy:4954
                    scanner.databaseRepository mirror.example/db:2,other.example/db:2
                    scanner.javaDatabaseRepository mirror.example/java-db:1
                    scanner.cacheFolder /cache
                    scanner.serverTokenFile /token/token
                    scanner.severities HIGH,CRITICAL
                    scanner.packageTypes os
                    scanner.insecureRegistries a.example,b.example:5000
                    scanner.plainRegistries a.example,b.example:5000
                    scanner.optionalFields CVSS,LINKS
                    scanner.timeout 6m
                    scanner.extraArguments --a,--b=1
                    jobs.maxResultBytes 2048
                    jobs.requests cpu=50m,memory=1.10
                    jobs.limits cpu=2,memory=1Gi
                    jobs.nodeSelector pool=scans,zone=a
                    jobs.labels team=security,example.com/on=off
                    jobs.annotations note=x,more=010
                    jobs.environment NO_PROXY=a.example\\,b.example,PORT=12:30
                    jobs.imagePullSecrets a,b
                    registry.secrets shop=hub,shop=mirror,ci=hub
                    registry.caFolder /ca
                    registry.mirrors docker.io=mirror.example/hub,quay.io=mirror.example/quay
                    registry.httpProxy http://proxy:3128
                    registry.httpsProxy http://proxy:3128
                    registry.noProxy 10.0.0.0/8,a.example
                    audit.kinds Workload,Service
                    audit.checksOff KSV-0014,TEAM-1
                    audit.checksOffInNamespace shop=KSV-0014,shop=KSV-0013,ci=KSV-0017
                    audit.severities KSV-0014=LOW,TEAM-2=HIGH
                    audit.recordedSeverities HIGH,LOW
                    checksBundle registry.example/checks:1.10
                    nodes.image registry.example/breakwater:1
                    nodes.imagePullSecrets a,b
                    nodes.folders /etc,/var/lib/etcd
                    nodes.files /etc/a,/etc/b
                    nodes.selector pool=x
                    nodes.requests cpu=10m,memory=1Mi
                    nodes.limits cpu=1,memory=1Gi
                    compliance.frameworks k8s-nsa-1.0,k8s-cis-1.23
                    compliance.zone Europe/Berlin
                    """.split("\n"))
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.toMap(line -> line.split(" ", 2)[0], line -> line.split(" ", 2)[1]));

    private SettingSamples() {}

    static String of(Setting<?> setting) {
        String named = BY_KEY.get(setting.key());
        if (named != null) {
            return named;
        }
        if (setting.type().shape() == Shape.SWITCH) {
            return Boolean.TRUE.equals(setting.fallback()) ? "false" : "true";
        }
        return switch (setting.type().label()) {
            case "N" -> "7";
            case "DURATION" -> "1h1m";
            case "POLICY" -> "Always";
            case "NAME", "NAMESPACE" -> "some-name";
            default -> throw new AssertionError("give " + setting.key() + " a sample value");
        };
    }

    /** The same in the file, below its nested key. */
    static String yaml(Setting<?> setting) {
        String text = of(setting);
        String indent = "    ";
        return switch (setting.type().shape()) {
            case SWITCH, SCALAR -> " " + (text.contains(",") ? "\"" + text + "\"" : text) + "\n";
            case LIST ->
                Stream.of(text.split(","))
                                .map(item -> "\n" + indent + "- " + quoted(item))
                                .collect(Collectors.joining())
                        + "\n";
            case MAP -> map(text, indent);
        };
    }

    private static String map(String text, String indent) {
        Map<String, String> values = Stream.of(text.split("(?<!\\\\),"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(
                        pair -> pair[0],
                        pair -> quoted(pair[1].replace("\\,", ",")),
                        (first, second) ->
                                (first.startsWith("[") ? first.substring(0, first.length() - 1) : "[" + first) + ", "
                                        + second + "]"));
        return "\n"
                + values.entrySet().stream()
                        .map(entry -> indent + entry.getKey() + ": " + entry.getValue() + "\n")
                        .collect(Collectors.joining());
    }

    /** Only what YAML itself needs: what looks like a number or a truth is left to be a text. */
    private static String quoted(String text) {
        return text.matches("[*?\\[{&!|>%@`-].*") || text.contains(",") ? "'" + text + "'" : text;
    }
}
