package dev.breakwater.apiserver.watch;

import dev.breakwater.apiserver.call.Revisions;
import dev.breakwater.apiserver.request.Query;
import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.Statuses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Options of a watch.
 *
 * @param revision after which to begin; 0 if the client presented none
 * @param snapshot whether the current objects come first, as ADDED
 * @param announceEnd whether a bookmark tells that the snapshot is through (k8s-wire 5.5)
 * @param duration after which the watch ends
 */
record WatchOptions(long revision, boolean snapshot, boolean announceEnd, boolean bookmarks, Duration duration) {
    private static final int LEAST_DEFAULT_SECONDS = 1800;

    /** Where a watch that is meant to be open for ever ends all the same. */
    private static final long MOST_SECONDS = 24 * 3600;

    static WatchOptions of(Query query, RandomGenerator random) {
        boolean asked = query.has("sendInitialEvents");
        boolean initial = query.flag("sendInitialEvents");
        checkMatch(query.text("resourceVersionMatch"), asked);
        long revision = Revisions.parse(query.text("resourceVersion"));
        boolean bookmarks = query.flag("allowWatchBookmarks");
        long seconds = query.number("timeoutSeconds");
        Duration duration = seconds > 0
                ? Duration.ofSeconds(Math.min(seconds, MOST_SECONDS))
                : Duration.ofSeconds(LEAST_DEFAULT_SECONDS + random.nextInt(LEAST_DEFAULT_SECONDS));
        return new WatchOptions(
                revision, asked ? initial : revision == 0, asked && initial && bookmarks, bookmarks, duration);
    }

    private static void checkMatch(String match, boolean sendInitialEvents) {
        List<FieldError> errors = new ArrayList<>();
        if (sendInitialEvents && !match.equals("NotOlderThan")) {
            errors.add(FieldError.forbidden(
                    "resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (!sendInitialEvents && !match.isEmpty()) {
            errors.add(FieldError.forbidden(
                    "resourceVersionMatch",
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        }
        if (!errors.isEmpty()) {
            throw Statuses.invalidOptions("ListOptions", errors);
        }
    }
}
