package dev.breakwater.controller.audit;

import com.google.gson.Gson;
import dev.breakwater.controller.checks.BrokenCheck;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.OwnChecks;
import dev.breakwater.controller.checksource.CheckSourceState;
import dev.breakwater.controller.checksource.CheckSources;
import dev.breakwater.controller.checksource.Problem;
import dev.breakwater.controller.events.ObjectEvents;
import dev.breakwater.controller.kube.KubeApi;
import dev.breakwater.controller.kube.Pause;
import dev.breakwater.controller.kube.Resource;
import dev.breakwater.controller.kube.ViewInformer;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.rego.RegoPolicies;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where users' checks come from: takes them into force when they change, and says what is wrong with them.
 *
 * <p>Threading: an informer's thread keeps the ConfigMap; {@link #refresh} and {@link #publish} are one thread's; {@link #judged} and {@link #forget} any's.
 */
final class OwnCheckSources implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OwnCheckSources.class);
    /** Between attempts to say something that the API server did not take. */
    private static final Duration AGAIN = Duration.ofSeconds(10);

    /** After a busy time without an end, what is undecided is said all the same. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final AuditSettings settings;
    private final String namespace;
    private final CurrentCheckSet current;
    private final CheckSources told;
    private final InstantSource clock;
    private final ViewInformer<PoliciesView> policies;
    private final UndecidedChecks undecided = new UndecidedChecks();
    private final PolicyAudits policyAudits;
    private Map<String, String> inForce = Map.of();
    private OwnChecks own;
    /** What an earlier controller found undecided: its objects are not audited anew for a restart. */
    private List<Problem> inherited = List.of();

    private Instant inheritedUntil = Instant.MIN;
    private boolean begun;
    private boolean published;
    private boolean removed;
    private Instant notBefore = Instant.MIN;
    private Instant undecidedSaid = Instant.MIN;
    private Map<String, String> undecidedWords = Map.of();

    /** @param namespace of the ConfigMap */
    OwnCheckSources(
            KubeApi api,
            Gson gson,
            String namespace,
            AuditSettings settings,
            CurrentCheckSet current,
            RegoJobs jobs,
            InstantSource clock,
            Pause pause) {
        this.settings = settings;
        this.namespace = namespace;
        this.current = current;
        this.told = new CheckSources(api, clock);
        this.clock = clock;
        this.policyAudits = new PolicyAudits(api, jobs, current, undecided, clock, pause);
        this.own = new OwnChecks(current.checks(), Map.of(), List.of());
        // One ConfigMap of one namespace: the role of the controller need not allow reading all of them.
        this.policies = new ViewInformer<>(
                api,
                gson,
                PoliciesView.class,
                new Resource("", "v1", "namespaces/" + namespace + "/configmaps", "ConfigMap", false),
                false,
                Map.of("fieldSelector", "metadata.name=" + settings.policies()),
                Map.of());
    }

    /** @param onStanding called with each object whose standing with the policies is another one */
    void start(Consumer<AuditKey> onStanding) {
        policies.start();
        policyAudits.start(onStanding);
    }

    /** How objects stand with users' policies. */
    PolicyAudits policies() {
        return policyAudits;
    }

    boolean hasSynced() {
        return policies.hasSynced();
    }

    @Override
    public void close() {
        policies.close();
        policyAudits.close();
    }

    /** Whether users' checks have changed since the last call; the new ones are in force then. */
    boolean refresh() {
        Map<String, String> files = configMap().map(PoliciesView::files).orElse(Map.of());
        if (begun && files.equals(inForce)) {
            return false;
        }
        boolean first = !begun;
        begun = true;
        inForce = files;
        if (first && files.isEmpty()) {
            return false;
        }
        try {
            RegoPolicies ownPolicies = RegoPolicies.of(files);
            own = current.replaceOwn(checkFiles(files), ownPolicies);
            own.errors().forEach(error -> log.warn("own check not in force: {}", error.message()));
            ownPolicies.errors().forEach(error -> log.warn("policy not in force: {}", error.message()));
            Map<String, Object> versions = new HashMap<>();
            own.checks().checks().forEach(check -> versions.put(check.id(), check));
            ownPolicies.policies().forEach(policy -> versions.put(policy.file(), policy));
            undecided.keepOnly(versions);
            if (!first) {
                inherited = List.of();
            }
            return true;
        } catch (InvalidCheck e) {
            log.warn("ConfigMap {}: {}", settings.policies(), e.getMessage());
            return false;
        }
    }

    /** Takes the verdict on an object, to know which checks cannot be evaluated. */
    void judged(String object, CheckResult result) {
        if (!result.check().builtIn()) {
            undecided.judged(object, result);
        }
    }

    void forget(AuditKey object) {
        undecided.forget(object.toString());
        policyAudits.forget(object);
    }

    /**
     * Says what has changed; what could not be said is tried again at a later call.
     *
     * @param quiet whether no object waits to be audited, so that what is undecided is known
     */
    void publish(boolean quiet) {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            return;
        }
        if (quiet || undecidedSaid.plus(LONGEST_SILENCE).isBefore(now)) {
            undecidedSaid = now;
            undecidedWords = undecided.sentences();
        }
        try {
            Optional<PoliciesView> configMap = configMap();
            if (configMap.isEmpty()) {
                if (!removed) {
                    told.remove(settings.policies());
                    removed = true;
                    published = false;
                }
                return;
            }
            String revision = revision();
            if (!published) {
                inherited = told.problems(settings.policies(), revision).stream()
                        .filter(problem -> problem.type() == Problem.Type.UNDECIDED)
                        .toList();
                inheritedUntil = now.plus(settings.ttl());
            } else if (now.isAfter(inheritedUntil)) {
                inherited = List.of();
            }
            told.publish(
                    new CheckSourceState(
                            settings.policies(),
                            "ConfigMap " + namespace + "/" + settings.policies(),
                            revision,
                            own.files().size(),
                            current.policies().policies().size()
                                    - policyAudits.broken().size(),
                            problems()),
                    Optional.of(new ObjectEvents.Regarding(
                            "v1",
                            "ConfigMap",
                            namespace,
                            settings.policies(),
                            configMap.get().uid(),
                            "")));
            published = true;
            removed = false;
        } catch (IOException e) {
            notBefore = now.plus(AGAIN);
            log.warn("the state of users' checks was not written: {}; trying again", e.toString());
        }
    }

    private List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        for (BrokenCheck broken : own.errors()) {
            String subject = broken.check().isEmpty() ? broken.file() : subject(broken.file(), broken.check());
            problems.add(new Problem(Problem.Type.BROKEN, subject, broken.message()));
        }
        current.policies()
                .errors()
                .forEach(broken -> problems.add(new Problem(Problem.Type.BROKEN, broken.file(), broken.message())));
        new TreeMap<>(policyAudits.broken())
                .forEach((file, why) -> problems.add(new Problem(Problem.Type.BROKEN, file, why)));
        policyAudits
                .notRun()
                .ifPresent(
                        why -> problems.add(new Problem(Problem.Type.NOT_RUN, "policies", "policies not run: " + why)));
        Map<String, Problem> bySubject = new TreeMap<>();
        inherited.forEach(problem -> bySubject.put(problem.subject(), problem));
        undecidedWords.forEach((id, words) -> {
            // A policy is known by its file.
            String file = own.files().get(id);
            String subject = file == null ? id : subject(file, id);
            bySubject.put(subject, new Problem(Problem.Type.UNDECIDED, subject, subject + " " + words));
        });
        problems.addAll(bySubject.values());
        return problems;
    }

    private static String subject(String file, String check) {
        return file + " check " + check;
    }

    private String revision() {
        return SafeHash.ofString(new TreeMap<>(inForce).toString());
    }

    private Optional<PoliciesView> configMap() {
        return policies.all().stream()
                .filter(view -> view.name().equals(settings.policies()))
                .findFirst();
    }

    private static Map<String, String> checkFiles(Map<String, String> files) {
        Map<String, String> checks = new TreeMap<>(files);
        checks.keySet().removeIf(key -> !key.endsWith(".yaml") && !key.endsWith(".yml"));
        return checks;
    }
}
