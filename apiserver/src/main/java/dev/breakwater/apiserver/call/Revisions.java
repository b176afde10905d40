package dev.breakwater.apiserver.call;

import static dev.breakwater.apiserver.status.FieldError.quoted;

import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import dev.breakwater.storage.ReportStore;
import dev.breakwater.storage.RevisionStanding;
import java.time.Duration;

/** Resource versions that clients present (k8s-wire 4.1). */
public final class Revisions {
    /** How long a revision that another replica may have given already is waited for. */
    public static final Duration PATIENCE = Duration.ofSeconds(3);

    private Revisions() {}

    /**
     * The number, 0 for none and for {@code 0}.
     *
     * @throws dev.breakwater.apiserver.status.StatusException 400 for what is no version
     */
    public static long parse(String text) {
        if (text.isEmpty() || text.equals("0")) {
            return 0;
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                long version = Long.parseUnsignedLong(text);
                // Fits no int64 although Kubernetes allows a uint64: it is far ahead of anything given.
                return version < 0 ? Long.MAX_VALUE : version;
            } catch (NumberFormatException e) {
                throw invalid(text);
            }
        }
        throw invalid(text);
    }

    private static StatusException invalid(String text) {
        return Statuses.badRequest("invalid resource version: resourceVersion: Invalid value: " + quoted(text));
    }

    /** Waits until the store is at {@code revision}; 504 if it does not come. */
    public static void await(ReportStore store, long revision) {
        if (revision > 0 && store.standing(revision, PATIENCE) == RevisionStanding.AHEAD) {
            throw Statuses.tooLargeResourceVersion(revision, store.current());
        }
    }
}
