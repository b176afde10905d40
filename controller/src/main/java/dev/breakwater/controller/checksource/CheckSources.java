package dev.breakwater.controller.checksource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.breakwater.controller.events.ObjectEvents;
import dev.breakwater.controller.kube.ApiRefusal;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Resource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what became of users' checks: in the status of a CheckSource, for whoever asks, and by an Event for each problem that comes or goes. What was
 * said before is read from the object itself, so that the end of a problem is told also when the controller was restarted meanwhile.
 *
 * <p>Threading: one thread at a time.
 */
public final class CheckSources {
    public static final Resource RESOURCE =
            new Resource("breakwater.dev", "v1alpha1", "checksources", "CheckSource", false);

    /** Problems that an object lists and that Events begin for; its counts say how many there are. */
    private static final int LISTED = 50;

    private static final int REMEMBERED = 1_000;

    /** An object that somebody deleted, or a store that was emptied, is noticed after this long. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(10);

    private static final JsonMapper MAPPER = new JsonMapper();

    private final KubeApi api;
    private final ObjectEvents events;
    private final InstantSource clock;
    private final Map<String, Said> said = new HashMap<>();
    /** How often Events were given, of those that came last: a count that begins anew is no harm, one for every text that ever was wrong would be. */
    private final Map<String, Integer> times = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * What a source's object says.
     *
     * @param state null for an object that was only read so far, of which the problems are known
     * @param problems those that it lists: each had its Event, and gets one when it ends
     * @param at when it was written or read
     */
    private record Said(
            String uid,
            @Nullable CheckSourceState state,
            List<Problem> problems,
            Map<String, Condition> conditions,
            Instant at) {}

    private record Condition(String status, String since) {}

    public CheckSources(KubeApi api, InstantSource clock) {
        this.api = api;
        this.events = new ObjectEvents(api, clock);
        this.clock = clock;
    }

    /**
     * Writes what has changed since the last time; asks nothing of the API server when nothing has, but for a look every ten minutes.
     * What could not be written or told is tried again with the next call.
     *
     * @param told the object that Events are about; the CheckSource itself where empty
     */
    public void publish(CheckSourceState state, Optional<ObjectEvents.Regarding> told) throws IOException {
        Said before = said.get(state.name());
        boolean recent = before != null && before.at().plus(LOOK_AGAIN).isAfter(clock.instant());
        if (before != null && recent && state.equals(before.state())) {
            return;
        }
        if (before == null || !recent) {
            before = read(state);
            // Before anything is written: once the status holds the new problems, it no longer tells which had their
            // Event.
            said.put(state.name(), before);
        }
        try {
            publish(state, before, told);
        } catch (ApiRefusal refusal) {
            if (refusal.isNotFound()) {
                said.remove(state.name());
            }
            throw refusal;
        }
    }

    private void publish(CheckSourceState state, Said before, Optional<ObjectEvents.Regarding> told)
            throws IOException {
        ObjectEvents.Regarding object = told.orElse(
                new ObjectEvents.Regarding(RESOURCE.apiVersion(), RESOURCE.kind(), "", state.name(), before.uid(), ""));
        if (before.state() == null) {
            // Another controller may have had another source under this name.
            ObjectNode patch = MAPPER.createObjectNode();
            patch.putObject("spec").put("source", state.source());
            byte[] spec = patch.toString().getBytes(StandardCharsets.UTF_8);
            api.mergePatch(RESOURCE.named("", state.name()), out -> out.write(spec), KubeApi::ignore);
        }
        Map<String, Condition> conditions = new HashMap<>();
        ObjectNode status = MAPPER.createObjectNode();
        status.set("status", status(state, before.conditions(), conditions));
        byte[] body = status.toString().getBytes(StandardCharsets.UTF_8);
        api.mergePatch(RESOURCE.named("", state.name()) + "/status", out -> out.write(body), KubeApi::ignore);
        List<Problem> listed = state.problems().stream().limit(LISTED).toList();
        tell(object, before.problems(), listed, state.problems());
        said.put(state.name(), new Said(before.uid(), state, listed, conditions, clock.instant()));
    }

    /**
     * The problems that the object of a source tells of, if it was written for the same revision; none where there is no object.
     *
     * @throws IOException where the API server cannot be reached
     */
    public List<Problem> problems(String name, String revision) throws IOException {
        return api.get(RESOURCE.named("", name), Map.of(), KubeApi.JSON, MAPPER::readTree)
                .filter(object -> object.at("/status/revision").asText().equals(revision))
                .map(CheckSources::problems)
                .orElse(List.of());
    }

    /** The source is gone, and with it what was said of it. */
    public void remove(String name) throws IOException {
        if (api.get(RESOURCE.named("", name), Map.of(), KubeApi.METADATA_ONLY, KubeApi::ignore)
                .isPresent()) {
            api.delete(RESOURCE.named("", name));
        }
        said.remove(name);
    }

    private Said read(CheckSourceState state) throws IOException {
        JsonNode object = api.get(RESOURCE.named("", state.name()), Map.of(), KubeApi.JSON, MAPPER::readTree)
                .orElse(null);
        if (object == null) {
            ObjectNode fresh = MAPPER.createObjectNode();
            fresh.put("apiVersion", RESOURCE.apiVersion());
            fresh.put("kind", RESOURCE.kind());
            fresh.putObject("metadata").put("name", state.name());
            fresh.putObject("spec").put("source", state.source());
            byte[] body = fresh.toString().getBytes(StandardCharsets.UTF_8);
            object = api.create(RESOURCE.all(), out -> out.write(body), MAPPER::readTree);
        }
        Map<String, Condition> conditions = new HashMap<>();
        for (JsonNode condition : object.at("/status/conditions")) {
            conditions.put(
                    condition.path("type").asText(),
                    new Condition(
                            condition.path("status").asText(),
                            condition.path("lastTransitionTime").asText()));
        }
        return new Said(object.at("/metadata/uid").asText(), null, problems(object), conditions, clock.instant());
    }

    private static List<Problem> problems(JsonNode object) {
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : object.at("/status/problems")) {
            Problem.Type.of(problem.path("type").asText())
                    .ifPresent(type -> problems.add(new Problem(
                            type,
                            problem.path("subject").asText(),
                            problem.path("message").asText())));
        }
        return problems;
    }

    private void tell(ObjectEvents.Regarding object, List<Problem> before, List<Problem> listed, List<Problem> now)
            throws IOException {
        for (Problem problem : listed) {
            if (!before.contains(problem)) {
                record(
                        object,
                        problem,
                        ObjectEvents.Type.WARNING,
                        problem.type().reason(),
                        problem.message());
            }
        }
        for (Problem problem : before) {
            if (now.stream().noneMatch(problem::isAboutTheSameAs)) {
                String message = problem.subject() + ": no longer " + words(problem.type());
                record(object, problem, ObjectEvents.Type.NORMAL, problem.type().recovery(), message);
            }
        }
    }

    private void record(
            ObjectEvents.Regarding object, Problem problem, ObjectEvents.Type type, String reason, String message)
            throws IOException {
        String subject = reason + "/" + problem.subject();
        int count = times.merge(object.uid() + "/" + subject, 1, Integer::sum);
        events.record(object, subject, type, reason, message, count);
    }

    private static String words(Problem.Type type) {
        return switch (type) {
            case BROKEN -> "broken";
            case UNDECIDED -> "undecided";
            case NOT_FETCHED -> "out of reach";
            case NOT_RUN -> "kept from running";
        };
    }

    private ObjectNode status(CheckSourceState state, Map<String, Condition> before, Map<String, Condition> now) {
        ObjectNode status = MAPPER.createObjectNode();
        Optional<Problem> worst = state.problems().stream()
                .filter(problem -> problem.type() != Problem.Type.UNDECIDED)
                .findFirst();
        String reason = worst.map(problem -> problem.type().reason()).orElse("InForce");
        String message = worst.map(Problem::message).orElse("");
        status.put("ready", state.isReady() ? "True" : "False");
        status.put("reason", reason);
        status.put("message", message);
        status.put("revision", state.revision());
        status.put("checks", state.checks());
        status.put("policies", state.policies());
        status.put("broken", state.count(Problem.Type.BROKEN));
        status.put("undecided", state.count(Problem.Type.UNDECIDED));
        ArrayNode problems = status.putArray("problems");
        state.problems().stream()
                .limit(LISTED)
                .forEach(problem -> problems.addObject()
                        .put("type", problem.type().word())
                        .put("subject", problem.subject())
                        .put("message", problem.message()));
        ArrayNode conditions = status.putArray("conditions");
        condition(conditions, "Ready", state.isReady(), reason, message, before, now);
        Optional<Problem> undecided = state.problems().stream()
                .filter(problem -> problem.type() == Problem.Type.UNDECIDED)
                .findFirst();
        condition(
                conditions,
                "Decided",
                undecided.isEmpty(),
                undecided.isEmpty() ? "NoErrors" : "EvaluationErrors",
                undecided.map(Problem::message).orElse(""),
                before,
                now);
        return status;
    }

    private void condition(
            ArrayNode conditions,
            String type,
            boolean holds,
            String reason,
            String message,
            Map<String, Condition> before,
            Map<String, Condition> now) {
        String status = holds ? "True" : "False";
        Condition last = before.get(type);
        String since = last != null && last.status().equals(status)
                ? last.since()
                : clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        now.put(type, new Condition(status, since));
        conditions
                .addObject()
                .put("type", type)
                .put("status", status)
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", since);
    }
}
