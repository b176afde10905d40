package dev.breakwater.controller.scan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobEndTest {
    private static final JobView RUNNING = job("{\"metadata\":{\"name\":\"j\"}}");
    private static final JobView LATE = job(
            "{\"metadata\":{\"name\":\"j\"},\"status\":{\"conditions\":[{\"type\":\"FailureTarget\",\"status\":\"True\"},"
                    + "{\"type\":\"Failed\",\"status\":\"True\",\"reason\":\"DeadlineExceeded\"}]}}");
    private static final JobView FAILED =
            job("{\"metadata\":{\"name\":\"j\"},\"status\":{\"conditions\":[{\"type\":\"Failed\",\"status\":\"True\","
                    + "\"reason\":\"BackoffLimitExceeded\",\"message\":\"limit\"}]}}");
    private static final JobView COMPLETE = job("{\"metadata\":{\"name\":\"j\"},\"status\":{\"conditions\":["
            + "{\"type\":\"SuccessCriteriaMet\",\"status\":\"True\"},{\"type\":\"Complete\",\"status\":\"True\"}]}}");

    @Test
    void aRunningJobHasNotEnded() {
        assertThat(JobEnd.of(RUNNING, List.of(waiting("ContainerCreating")))).isEmpty();
        assertThat(JobEnd.of(RUNNING, List.of(waiting("ErrImagePull")))).isEmpty();
    }

    @Test
    void aPodThatCannotStartIsNotWaitedFor() {
        assertThat(reason(RUNNING, waiting("ImagePullBackOff"))).isEqualTo(FailureReason.SCANNER_IMAGE_UNAVAILABLE);
        assertThat(reason(RUNNING, waiting("CreateContainerConfigError"))).isEqualTo(FailureReason.POD_NOT_STARTED);
    }

    @Test
    void aCompleteJobIsReadFromItsPod() {
        assertThat(JobEnd.of(COMPLETE, List.of(pod("\"terminated\":{\"exitCode\":0}"))))
                .contains(new JobEnd.Finished("p"));
        assertThat(reason(COMPLETE)).isEqualTo(FailureReason.LOG_UNAVAILABLE);
    }

    @Test
    void theDeadlineSaysWhatItWaitedFor() {
        ScanPodView unscheduled = new Gson()
                .fromJson(
                        "{\"metadata\":{\"name\":\"p\"},\"status\":{\"phase\":\"Pending\",\"conditions\":[{\"type\":"
                                + "\"PodScheduled\",\"status\":\"False\",\"message\":\"0/3 nodes are available\"}]}}",
                        ScanPodView.class);
        assertThat(JobEnd.of(LATE, List.of(unscheduled)))
                .contains(new JobEnd.Failed(new ScanFailure(FailureReason.POD_NOT_STARTED, "0/3 nodes are available")));
        assertThat(reason(LATE)).isEqualTo(FailureReason.DEADLINE_EXCEEDED);
        assertThat(reason(LATE, pod("\"terminated\":{\"exitCode\":137,\"reason\":\"Error\"}")))
                .isEqualTo(FailureReason.DEADLINE_EXCEEDED);
    }

    @Test
    void aFailedContainerSaysWhy() {
        assertThat(reason(FAILED, pod("\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\"}")))
                .isEqualTo(FailureReason.OUT_OF_MEMORY);
        assertThat(reason(FAILED, pod("\"terminated\":{\"exitCode\":1,\"message\":\"FATAL UNAUTHORIZED\"}")))
                .isEqualTo(FailureReason.PULL_DENIED);
        assertThat(reason(FAILED)).isEqualTo(FailureReason.SCANNER_FAILED);
    }

    private static FailureReason reason(JobView job, ScanPodView... pods) {
        return ((JobEnd.Failed) JobEnd.of(job, List.of(pods)).orElseThrow())
                .failure()
                .reason();
    }

    private static JobView job(String json) {
        return new Gson().fromJson(json, JobView.class);
    }

    private static ScanPodView waiting(String reason) {
        return pod("\"waiting\":{\"reason\":\"" + reason + "\"}");
    }

    private static ScanPodView pod(String state) {
        return new Gson()
                .fromJson(
                        "{\"metadata\":{\"name\":\"p\"},\"status\":{\"containerStatuses\":[{\"name\":\"trivy\",\"state\":{"
                                + state + "}}]}}",
                        ScanPodView.class);
    }
}
