package dev.breakwater.bench.drill;

import dev.breakwater.bench.side.Cluster;
import dev.breakwater.bench.side.CustomResources;
import dev.breakwater.bench.side.Side;
import dev.breakwater.bench.side.Tenant;
import dev.breakwater.bench.workload.Report;
import dev.breakwater.bench.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** kube-apiserver of the testbed with the same reports as custom resources. Only loads are sent to it, never what may kill. */
final class CustomResourceStage implements AutoCloseable {
    private static final String GROUP = "crd.breakwater.dev";
    private static final String ACCOUNT = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: attacker, namespace: breakwater-bench}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: breakwater-bench-attacker}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: breakwater-bench}
            subjects:
            - {kind: ServiceAccount, name: attacker, namespace: breakwater-bench}
            """;

    private final Cluster cluster;
    private final Stage stage;
    private final MemoryFloor floor;

    private CustomResourceStage(Cluster cluster, Stage stage) {
        this.cluster = cluster;
        this.stage = stage;
        this.floor = MemoryFloor.under(stage.meter().pid());
    }

    static CustomResourceStage start(Path root, Workload workload, Consumer<String> progress)
            throws IOException, InterruptedException {
        Cluster cluster = Cluster.start(root, Files.createTempDirectory("bwdrill-kube"));
        try {
            Tenant tenant = Tenant.create(cluster, workload);
            cluster.apply(ACCOUNT);
            for (String namespace : List.of(Ground.QUIET, LoadCases.WATCHED)) {
                cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + namespace + "}\n");
            }
            String attacker = cluster.kubectl(
                            "", "create", "token", "attacker", "-n", "breakwater-bench", "--duration", "4h")
                    .strip();
            Side side = new CustomResources(GROUP).install(cluster, tenant);
            Report known = workload.reports().getFirst();
            Scene.Paths paths = new Scene.Paths(
                    side.reports(),
                    workload.namespaces(),
                    side.reports(known.namespace()) + "/" + known.name(),
                    attacker);
            progress.accept("CRDs: writing the reports");
            Ground.fill(side.endpoint(), side.reports(), GROUP, workload, progress);
            return new CustomResourceStage(
                    cluster, new Stage("CRDs", side.endpoint(), paths, cluster.meter("kube-apiserver")));
        } catch (RuntimeException | InterruptedException e) {
            cluster.close();
            throw e;
        }
    }

    Stage stage() {
        return stage;
    }

    /** Whether kube-apiserver was ended, because it took the last memory of the machine. */
    boolean ended() {
        return floor.ended();
    }

    @Override
    public void close() {
        floor.close();
        cluster.close();
    }
}
