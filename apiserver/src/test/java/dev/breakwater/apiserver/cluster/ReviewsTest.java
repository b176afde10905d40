package dev.breakwater.apiserver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.apiserver.fairness.SeatPlan;
import dev.breakwater.apiserver.status.StatusException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReviewsTest {
    private static final String PATH = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    @Test
    void oneAskerCannotKeepTheOthersFromAsking() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (StubCluster cluster = new StubCluster(Map.of());
                ClusterClient client = new ClusterClient(cluster.access())) {
            cluster.allow(spec -> {
                if (spec.path("user").asText().equals("slow")) {
                    await(release);
                }
                return true;
            });
            Reviews reviews = new Reviews(client, new SeatPlan(2, 1, 0, 0, Duration.ZERO));
            CompletableFuture<Boolean> slow = CompletableFuture.supplyAsync(() ->
                    reviews.submit(PATH, review("slow"), "slow").path("allowed").asBoolean());
            Awaitility.await().until(() -> !cluster.accessReviews.isEmpty());
            assertThatThrownBy(() -> reviews.submit(PATH, review("slow"), "slow"))
                    .isInstanceOfSatisfying(
                            StatusException.class,
                            refused -> assertThat(refused.code()).isEqualTo(429));
            assertThat(reviews.submit(PATH, review("other"), "other")
                            .path("allowed")
                            .asBoolean())
                    .isTrue();
            release.countDown();
            assertThat(slow.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static ObjectNode review(String user) {
        ObjectNode review = JsonNodeFactory.instance.objectNode();
        review.putObject("spec").put("user", user);
        return review;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
