package dev.breakwater.apiserver.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.cluster.ClusterClient.Reply;
import java.time.Duration;

/**
 * Submits reviews: objects that are created only to be answered. Tried again for a while when the cluster is not quite there
 * (k8s-wire 2.2, 2.4).
 */
public final class Reviews {
    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private final ClusterClient client;

    public Reviews(ClusterClient client) {
        this.client = client;
    }

    /**
     * Gives the {@code status} of the review.
     *
     * @throws ClusterUnavailableException when there is none to be had
     */
    public JsonNode submit(String path, JsonNode review) {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                Reply reply = client.create(path, review);
                if (reply.success()) {
                    return reply.body().path("status");
                }
                ClusterUnavailableException refused = new ClusterUnavailableException(
                        "review at " + path + " was answered with " + reply.complaint());
                if (attempt >= TRIES || !worthAnotherTry(reply.code())) {
                    throw refused;
                }
            } catch (ClusterUnavailableException e) {
                if (attempt >= TRIES || e.getCause() == null) {
                    throw e;
                }
            }
            pause(pause);
            pause = pause.multipliedBy(3).dividedBy(2);
        }
    }

    private static boolean worthAnotherTry(int code) {
        return code == 429 || code >= 500;
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException("the review was interrupted", e);
        }
    }
}
