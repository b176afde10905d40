package dev.breakwater.apiserver.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.breakwater.apiserver.cluster.ClusterClient.Reply;
import dev.breakwater.apiserver.fairness.Seat;
import dev.breakwater.apiserver.fairness.SeatPlan;
import dev.breakwater.apiserver.fairness.Seats;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;

/**
 * Submits reviews: objects that are created only to be answered. Tried again for a while when the cluster is not quite there
 * (k8s-wire 2.2, 2.4). How many are asked for at once is bounded, for each asker and in all: a flood of tokens that nobody has must not
 * become a flood of questions to kube-apiserver, nor a line that everybody else stands in.
 *
 * <p>Threading: safe for any number of threads; waits for a place for two seconds at most.
 */
public final class Reviews {
    private static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private static final SeatPlan AT_ONCE = new SeatPlan(32, 4, 32, 256, Duration.ofSeconds(2));

    private final ClusterClient client;
    private final Seats places;

    public Reviews(ClusterClient client) {
        this(client, AT_ONCE);
    }

    Reviews(ClusterClient client, SeatPlan atOnce) {
        this.client = client;
        this.places = new Seats(atOnce);
    }

    /**
     * Gives the {@code status} of the review.
     *
     * @param asker on whose behalf it is asked: an address, or the name of a user
     * @throws ClusterUnavailableException when there is none to be had
     * @throws dev.breakwater.apiserver.status.StatusException 429 when too many are under way
     */
    public JsonNode submit(String path, JsonNode review, String asker) {
        try (Seat place = places.take(asker, Duration.ofMinutes(1))) {
            if (place == null) {
                throw Statuses.tooManyRequests("Too many requests, please try again later.", 1);
            }
            return ask(path, review);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterUnavailableException("the review was interrupted", e);
        }
    }

    private JsonNode ask(String path, JsonNode review) {
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
