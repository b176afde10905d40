package dev.breakwater.controller.imagescan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code status} of an ImageScan.
 *
 * @param reason one CamelCase word; empty unless failed or unsupported
 * @param attempts how many have begun
 * @param nextTry not before when it is tried again; null unless failed
 * @param jobName of the present or last attempt; empty before the first
 * @param counts findings by severity, secrets and components of the last success
 * @param credentials Secrets of the last attempt, in the order in which they were tried
 * @param staleSince since when the reports are older than they may be; null while they are not, or where there are none
 */
public record ImageScanStatus(
        Phase phase,
        String reason,
        String message,
        int attempts,
        @Nullable Instant lastAttempt,
        @Nullable Instant nextTry,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        String jobName,
        Map<String, Long> counts,
        List<CredentialUse> credentials,
        @Nullable Instant staleSince) {

    private static final JsonMapper MAPPER = new JsonMapper();

    public static ImageScanStatus pending() {
        return new ImageScanStatus(Phase.PENDING, "", "", 0, null, null, null, null, "", Map.of(), List.of(), null);
    }

    /**
     * Of an image that nobody can begin to scan.
     *
     * @param waits whether it is only late
     * @param next when it is tried again; null where that is not for us to decide
     */
    public static ImageScanStatus notBegun(boolean waits, String why, String words, @Nullable Instant next) {
        return new ImageScanStatus(
                waits ? Phase.PENDING : Phase.FAILED,
                why,
                words,
                0,
                null,
                next,
                null,
                null,
                "",
                Map.of(),
                List.of(),
                null);
    }

    /** For a scan that is due again: after a success attempts and pauses begin anew, after a pause of its registry only the words of it go. */
    public ImageScanStatus again() {
        return switch (phase) {
            case SUCCEEDED -> pending(0);
            case PENDING -> pending(attempts);
            case RUNNING, FAILED, UNSUPPORTED -> this;
        };
    }

    private ImageScanStatus pending(int begun) {
        return new ImageScanStatus(
                Phase.PENDING, "", "", begun, lastAttempt, null, null, null, jobName, counts, List.of(), staleSince);
    }

    public ImageScanStatus running(Instant now, String job) {
        return new ImageScanStatus(
                Phase.RUNNING, "", "", attempts + 1, now, null, now, null, job, counts, List.of(), staleSince);
    }

    /** While its registry is left alone; it is not an attempt. */
    public ImageScanStatus paused(String registry, Instant until) {
        return new ImageScanStatus(
                Phase.PENDING,
                "RegistryPaused",
                registry + " asked for fewer requests or was in trouble; no image of it is scanned until "
                        + text(until),
                attempts,
                lastAttempt,
                until,
                null,
                null,
                jobName,
                counts,
                credentials,
                staleSince);
    }

    /** @param words what of the result could not be taken; empty where all was */
    public ImageScanStatus succeeded(Instant now, Map<String, Long> found, String words) {
        return new ImageScanStatus(
                Phase.SUCCEEDED,
                "",
                words,
                attempts,
                lastAttempt,
                null,
                startedAt,
                now,
                jobName,
                found,
                credentials,
                null);
    }

    /** After the findings of a new database: what scans found beside them stays. */
    public ImageScanStatus rematched(Map<String, Long> found) {
        Map<String, Long> both = new LinkedHashMap<>(counts);
        both.putAll(found);
        return new ImageScanStatus(
                phase,
                reason,
                message,
                attempts,
                lastAttempt,
                nextTry,
                startedAt,
                finishedAt,
                jobName,
                both,
                credentials,
                null);
    }

    public ImageScanStatus failed(String why, String words, Instant now, @Nullable Instant next) {
        return new ImageScanStatus(
                next == null ? Phase.UNSUPPORTED : Phase.FAILED,
                why,
                words,
                attempts,
                lastAttempt,
                next,
                startedAt,
                now,
                jobName,
                counts,
                credentials,
                staleSince);
    }

    public ImageScanStatus with(List<CredentialUse> uses) {
        return new ImageScanStatus(
                phase,
                reason,
                message,
                attempts,
                lastAttempt,
                nextTry,
                startedAt,
                finishedAt,
                jobName,
                counts,
                List.copyOf(uses),
                staleSince);
    }

    /** @param since null where the reports are not too old */
    public ImageScanStatus stale(@Nullable Instant since) {
        return new ImageScanStatus(
                phase,
                reason,
                message,
                attempts,
                lastAttempt,
                nextTry,
                startedAt,
                finishedAt,
                jobName,
                counts,
                credentials,
                since);
    }

    /** As a merge patch: what has no value any more is null, so that it goes. */
    ObjectNode toPatch() {
        ObjectNode status = MAPPER.createObjectNode();
        status.put("phase", phase.word());
        putOrNull(status, "reason", reason.isEmpty() ? null : reason);
        putOrNull(status, "message", message.isEmpty() ? null : message);
        status.put("attempts", attempts);
        putOrNull(status, "lastAttempt", text(lastAttempt));
        putOrNull(status, "nextTry", text(nextTry));
        putOrNull(status, "startedAt", text(startedAt));
        putOrNull(status, "finishedAt", text(finishedAt));
        putOrNull(status, "jobName", jobName.isEmpty() ? null : jobName);
        putOrNull(status, "staleSince", text(staleSince));
        if (!counts.isEmpty()) {
            counts.forEach(status.putObject("counts")::put);
        }
        if (credentials.isEmpty()) {
            status.putNull("credentials");
        } else {
            ArrayNode uses = status.putArray("credentials");
            for (CredentialUse use : credentials) {
                ObjectNode entry = uses.addObject()
                        .put("secret", use.secret())
                        .put("result", use.result().word());
                if (!use.message().isEmpty()) {
                    entry.put("message", use.message());
                }
            }
        }
        return status;
    }

    static ImageScanStatus parse(JsonNode status) {
        Phase phase = Phase.PENDING;
        for (Phase known : Phase.values()) {
            if (known.word().equals(status.path("phase").asText())) {
                phase = known;
            }
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        status.path("counts")
                .properties()
                .forEach(count -> counts.put(count.getKey(), count.getValue().asLong()));
        return new ImageScanStatus(
                phase,
                status.path("reason").asText(),
                status.path("message").asText(),
                status.path("attempts").asInt(),
                instant(status.path("lastAttempt")),
                instant(status.path("nextTry")),
                instant(status.path("startedAt")),
                instant(status.path("finishedAt")),
                status.path("jobName").asText(),
                counts,
                credentials(status.path("credentials")),
                instant(status.path("staleSince")));
    }

    private static List<CredentialUse> credentials(JsonNode uses) {
        List<CredentialUse> known = new ArrayList<>();
        for (JsonNode use : uses) {
            for (CredentialUse.Result result : CredentialUse.Result.values()) {
                if (result.word().equals(use.path("result").asText())) {
                    known.add(new CredentialUse(
                            use.path("secret").asText(),
                            result,
                            use.path("message").asText()));
                }
            }
        }
        return List.copyOf(known);
    }

    private static void putOrNull(ObjectNode object, String field, @Nullable String value) {
        if (value == null) {
            object.putNull(field);
        } else {
            object.put(field, value);
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static @Nullable Instant instant(JsonNode text) {
        try {
            return text.isTextual() ? Instant.parse(text.asText()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}
