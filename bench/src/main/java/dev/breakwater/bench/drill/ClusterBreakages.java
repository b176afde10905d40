package dev.breakwater.bench.drill;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.side.BreakwaterServer;
import dev.breakwater.bench.side.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Row p: the controller in a control plane of the testbed that takes its rights, or freezes. */
final class ClusterBreakages {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration NOTICE = Duration.ofSeconds(120);
    private static final int FREEZE_SECONDS = 40;

    /** A line that says which verb on which resource is refused. */
    private static final Pattern RIGHTS = Pattern.compile(
            "(?m)^(?=.*WARN)(?=.*(?i:forbidden|not allowed|may not|right|403))"
                    + "(?=.*\\b(get|list|watch|create|update|patch|delete)\\b)"
                    + ".*\\b(pods|nodes|leases|jobs|replicasets|namespaces|[a-z]+reports|configmaps|services|[a-z]*roles)\\b.*$");

    private ClusterBreakages() {}

    static List<Breakage> all() {
        return List.of(
                new Breakage(
                        "p",
                        "rights-taken",
                        "the ClusterRoleBinding of a running controller is deleted",
                        ClusterBreakages::rights),
                new Breakage(
                        "p", "rights-never", "a controller is started without any rights", ClusterBreakages::noRights),
                new Breakage("p", "kube-frozen", "kube-apiserver stands still for 40 s", ClusterBreakages::frozen));
    }

    private static void rights(Inspection seen) throws IOException, InterruptedException {
        within(seen, true, (cluster, controller) -> {
            int before = seen.output(controller).length();
            cluster.kubectl("", "delete", "clusterrolebinding", "breakwater-controller");
            said(seen, controller, before);
        });
    }

    private static void noRights(Inspection seen) throws IOException, InterruptedException {
        within(seen, false, (_, controller) -> said(seen, controller, 0));
    }

    private static void said(Inspection seen, Process controller, int from) throws IOException, InterruptedException {
        long end = System.nanoTime() + NOTICE.toNanos();
        while (System.nanoTime() < end
                && !RIGHTS.matcher(since(seen, controller, from)).find()) {
            Thread.sleep(500);
        }
        String log = since(seen, controller, from);
        seen.expect(RIGHTS.matcher(log).find(), "a warning that names verb and resource", log);
    }

    private static void frozen(Inspection seen) throws IOException, InterruptedException {
        within(seen, true, (cluster, controller) -> {
            int before = seen.output(controller).length();
            long pid = cluster.meter("kube-apiserver").pid();
            signal("-STOP", pid);
            try {
                controller.waitFor(FREEZE_SECONDS, TimeUnit.SECONDS);
            } finally {
                signal("-CONT", pid);
            }
            controller.waitFor(10, TimeUnit.SECONDS);
            String log = since(seen, controller, before);
            seen.expect(!log.contains("another controller holds"), "nobody else is blamed", log);
            seen.expect(
                    log.matches("(?s).*(not answer|no answer|unreachable|timed? ?out|timeout|does not respond).*"),
                    "the reason is said",
                    log);
        });
    }

    @FunctionalInterface
    private interface Work {
        void run(Cluster cluster, Process controller) throws IOException, InterruptedException;
    }

    private static void within(Inspection seen, boolean rights, Work work) throws IOException, InterruptedException {
        Path root = seen.program().root();
        // Below the temporary folder: the names of etcd's sockets must be short.
        try (Cluster cluster = Cluster.start(root, Files.createTempDirectory("bwdrill-kube"))) {
            Path folder = Files.createDirectory(seen.folder().resolve("server"));
            try (BreakwaterServer _ = BreakwaterServer.start(cluster, root, folder, List.of())) {
                String manifest = Files.readString(root.resolve("manifests/base/rbac-controller.yaml"));
                cluster.apply(manifest);
                if (!rights) {
                    cluster.kubectl("", "delete", "clusterrolebinding", "breakwater-controller");
                    cluster.kubectl("", "delete", "rolebinding", "breakwater-controller", "-n", "breakwater");
                }
                Process controller = seen.start(
                        Map.of(),
                        "control",
                        "--kubeconfig",
                        kubeconfig(cluster, seen.folder()).toString(),
                        "--probe-port",
                        "0",
                        "--work-folder",
                        Files.createDirectory(seen.folder().resolve("work")).toString());
                try {
                    if (rights) {
                        started(seen, cluster, controller);
                    }
                    work.run(cluster, controller);
                } finally {
                    controller.destroy();
                    if (!controller.waitFor(20, TimeUnit.SECONDS)) {
                        seen.problems().add("does not end by SIGTERM");
                        controller.destroyForcibly().waitFor();
                    }
                }
            }
        }
    }

    /** Whoever holds the Lease has begun to work. */
    private static void started(Inspection seen, Cluster cluster, Process controller)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (System.nanoTime() < end && controller.isAlive()) {
            String holder = cluster.kubectl(
                    "", "get", "leases", "-n", "breakwater", "-o", "jsonpath={.items[*].spec.holderIdentity}");
            if (!holder.isBlank()) {
                controller.waitFor(8, TimeUnit.SECONDS);
                return;
            }
            Thread.sleep(500);
        }
        throw new IllegalStateException("the controller did not start: " + seen.output(controller));
    }

    private static String since(Inspection seen, Process controller, int from) throws IOException {
        String log = seen.output(controller);
        return log.substring(Math.min(from, log.length()));
    }

    private static void signal(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(pid)).start().waitFor();
    }

    private static Path kubeconfig(Cluster cluster, Path folder) throws IOException {
        String token = cluster.kubectl(
                        "", "create", "token", "breakwater-controller", "-n", "breakwater", "--duration", "2h")
                .strip();
        return Files.writeString(
                folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: drill
                clusters: [{name: drill, cluster: {server: "%s", certificate-authority: "%s"}}]
                users: [{name: drill, user: {token: "%s"}}]
                contexts: [{name: drill, context: {cluster: drill, user: drill}}]
                """.formatted(cluster.server(), cluster.authorityFile(), token));
    }
}
