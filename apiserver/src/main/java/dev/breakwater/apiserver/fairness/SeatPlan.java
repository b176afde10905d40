package dev.breakwater.apiserver.fairness;

import java.time.Duration;

/**
 * How much of one class of work runs at once, and how long the rest waits.
 *
 * @param seats of all users together
 * @param seatsPerUser of them for one user
 * @param waitingPerUser requests of one user that may wait, 0 or more
 * @param waiting requests of all users that may wait
 * @param patience how long one waits before it is told to come back
 */
public record SeatPlan(int seats, int seatsPerUser, int waitingPerUser, int waiting, Duration patience) {
    public SeatPlan {
        if (seats < 1 || seatsPerUser < 1 || seatsPerUser > seats || waitingPerUser < 0 || waiting < waitingPerUser) {
            throw new IllegalArgumentException(
                    "a plan of seats contradicts itself: " + seats + " seats, " + seatsPerUser + " for one user, "
                            + waitingPerUser + " of one user waiting, " + waiting + " in all");
        }
    }
}
