package dev.breakwater.controller.naming;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamingTest {
    @ParameterizedTest
    @CsvSource({
        "Pod, my-pod, 648f669b9c",
        "CronJob, hello, fcd85fd57",
        "DaemonSet, fluentd-elasticsearch, 6556c475f8",
        "Job, pi, 5664bcd7b8",
        "ReplicaSet, wordpress-84bbf6f4dd, 5668c4b796",
        "ReplicationController, nginx, 5dfc565d7b",
        "StatefulSet, web, 85bdb4586d"
    })
    void anObjectHashesAsTheOriginalHashesIt(String kind, String name, String hash) {
        assertThat(SafeHash.ofObject(kind, name, "default")).isEqualTo(hash);
        assertThat(ReportNames.scanJob(kind, name, "default")).isEqualTo("scan-vulnerabilityreport-" + hash);
    }

    @ParameterizedTest
    @CsvSource({
        "system:controller:node-controller, 6f69bb5b79",
        "index.docker.io/nginx:1.14.2, 6df5684d",
        "index.docker.io/alpine:3.12.0, 56bcdb7c95",
        "index.docker.io/rancher/local-path-provisioner:v0.0.14, 79b568748c",
        "k8s.gcr.io/kube-apiserver:v1.21.1, 6857f776bb",
        "k8s.io/kubernetes:1.31.0, 6789697bc",
        "kind-control-plane, 845b67c44"
    })
    void aStringHashesAsTheOriginalHashesIt(String text, String hash) {
        assertThat(SafeHash.ofString(text)).isEqualTo(hash);
    }

    @Test
    void anEmptyListHashesAsTheOriginalHashesIt() {
        assertThat(SafeHash.ofStrings(List.of())).isEqualTo("9f85fb657");
    }

    @Test
    void aReadableReportNameIsKept() {
        assertThat(ReportNames.ofContainer("ReplicaSet", "nginx-6d4cf56db6", "nginx"))
                .isEqualTo("replicaset-nginx-6d4cf56db6-nginx");
        assertThat(ReportNames.ofConfiguration("Pod", "my-pod")).isEqualTo("pod-my-pod");
        assertThat(ReportNames.ofInfrastructure("Node", "kind-control-plane")).isEqualTo("node-kind-control-plane");
    }

    @Test
    void aNameWithADotIsHashedForConfigurationOnly() {
        assertThat(ReportNames.ofConfiguration("ConfigMap", "kube-root-ca.crt"))
                .isEqualTo("configmap-" + SafeHash.ofString("kube-root-ca.crt"));
        assertThat(ReportNames.ofInfrastructure("Pod", "etcd-a.b")).isEqualTo("pod-etcd-a.b");
        assertThat(ReportNames.ofContainer("Pod", "a.b", "c")).isEqualTo("pod-a.b-c");
    }

    @Test
    void aNameThatIsNoLabelValueIsHashed() {
        assertThat(ReportNames.ofConfiguration("ClusterRole", "system:controller:node-controller"))
                .isEqualTo("clusterrole-6f69bb5b79");
        String longName = "n".repeat(60);
        assertThat(ReportNames.ofContainer("Pod", longName, "c"))
                .isEqualTo("pod-" + SafeHash.ofString(longName + "-c"));
    }

    @Test
    void whatJoinsToOneNameHasNamesOfItsOwnThatFitKubernetes() {
        ReportName one = ReportNames.forContainer("StatefulSet", "web", "api-cache", "u1");
        ReportName two = ReportNames.forContainer("StatefulSet", "web-api", "cache", "u2");
        assertThat(one.usual()).isEqualTo(two.usual()).isEqualTo("statefulset-web-api-cache");
        assertThat(one.own()).isNotEqualTo(two.own());
        String longName = "n".repeat(253);
        assertThat(ReportNames.forContainer("ReplicationController", longName, "c", "u")
                        .own())
                .hasSizeLessThanOrEqualTo(63)
                .matches("replicationcontroller-[0-9a-f]{32}");
        assertThat(ReportNames.forContainer("Pod", "a", "b", "u").own())
                .isEqualTo(ReportNames.forContainer("Pod", "a", "b", "u").own())
                .isNotEqualTo(
                        ReportNames.forContainer("Pod", "a", "b", "another").own())
                .isNotEqualTo(ReportNames.forContainer("Pod", "a", "c", "u").own());
    }

    /** In the hashed form names are joined with a hyphen too, and 32 bits are few. */
    @Test
    void namesOfTheirOwnDifferAlsoWhereTheHashedFormsDoNot() {
        String prefix = "n".repeat(60);
        ReportName one = ReportNames.forContainer("StatefulSet", prefix, "a-b", "u1");
        ReportName two = ReportNames.forContainer("StatefulSet", prefix + "-a", "b", "u2");
        assertThat(one.usual()).isEqualTo(two.usual()).doesNotContain("nnn");
        assertThat(one.own()).isNotEqualTo(two.own());
    }

    @ParameterizedTest
    @CsvSource({
        "US, NOBODY, usual",
        "US, US, usual",
        "ANOTHER, NOBODY, own",
        "ANOTHER, US, own",
        "NOBODY, US, own",
        "NOBODY, NOBODY, usual"
    })
    void whoComesSecondHasANameOfItsOwnAndKeepsIt(ReportName.Holder usual, ReportName.Holder own, String chosen) {
        assertThat(new ReportName("usual", "own").choose(name -> name.equals("usual") ? usual : own))
                .isEqualTo(chosen);
    }

    @Test
    void anImageIsNamedWithoutTheLibraryPrefix() {
        assertThat(ReportNames.ofImage("index.docker.io", "library/nginx", "1.14.2"))
                .isEqualTo("6df5684d");
        assertThat(ReportNames.ofImage("k8s.gcr.io", "kube-apiserver", "v1.21.1"))
                .isEqualTo("6857f776bb");
    }

    @Test
    void anOwnerWhoseNameIsNoLabelValueIsNamedByHashAndAnnotation() {
        var marks = ReportLabels.ofOwner("ClusterRole", "system:controller:node-controller", "");
        assertThat(marks.labels())
                .containsEntry("trivy-operator.resource.name-hash", "6f69bb5b79")
                .containsEntry("trivy-operator.resource.namespace", "")
                .doesNotContainKey("trivy-operator.resource.name");
        assertThat(marks.annotations())
                .containsEntry("trivy-operator.resource.name", "system:controller:node-controller");
    }

    @Test
    void anOwnerWithAPlainNameIsNamedByLabel() {
        var marks = ReportLabels.ofOwner("Pod", "a.b_c", "default");
        assertThat(marks.labels())
                .containsEntry("trivy-operator.resource.name", "a.b_c")
                .containsEntry("trivy-operator.resource.kind", "Pod")
                .containsEntry("trivy-operator.resource.namespace", "default")
                .containsEntry("app.kubernetes.io/managed-by", "trivy-operator");
        assertThat(marks.annotations()).isEmpty();
    }
}
