package dev.breakwater.controller.audit;

import com.google.gson.Gson;
import dev.breakwater.controller.bundle.BundlePulls;
import dev.breakwater.controller.bundle.CheckBundle;
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
import dev.breakwater.controller.loop.Loops;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.rego.RegoJobs;
import dev.breakwater.controller.rego.RegoPolicies;
import dev.breakwater.controller.rego.RegoPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** Name of the bundle's CheckSource, and the first folder of its files, which no key of a ConfigMap can have. */
    private static final String BUNDLE = "checks-bundle";

    private final AuditSettings settings;
    private final String namespace;
    private final CurrentCheckSet current;
    private final CheckSources told;
    private final InstantSource clock;
    private final ViewInformer<PoliciesView> policies;
    private final BundlePulls bundles;
    private final UndecidedChecks undecided = new UndecidedChecks();
    private final PolicyAudits policyAudits;
    private Map<String, String> inForce = Map.of();
    private OwnChecks own;
    /** What an earlier controller found undecided, by place: its objects are not audited anew for a restart. */
    private final Map<String, List<Problem>> inherited = new HashMap<>();

    private Instant inheritedUntil = Instant.MAX;
    private boolean begun;
    private final Set<String> removed = new HashSet<>();
    private Instant notBefore = Instant.MIN;
    private Instant undecidedSaid = Instant.MIN;
    private Map<String, String> undecidedWords = Map.of();

    /**
     * A place that checks come from.
     *
     * @param name of its CheckSource
     * @param words for people
     * @param object that Events are about; the CheckSource where empty
     * @param revision of its files
     * @param trouble why it could not be looked at
     */
    private record Place(
            String name,
            String words,
            Optional<ObjectEvents.Regarding> object,
            String revision,
            Optional<String> trouble) {
        boolean holds(String file) {
            return file.startsWith(BUNDLE + "/") == name.equals(BUNDLE);
        }
    }

    /** @param namespace of the ConfigMap */
    OwnCheckSources(
            KubeApi api,
            Gson gson,
            String namespace,
            AuditSettings settings,
            CurrentCheckSet current,
            RegoJobs jobs,
            BundlePulls bundles,
            Loops loops,
            InstantSource clock,
            Pause pause) {
        this.settings = settings;
        this.namespace = namespace;
        this.current = current;
        this.told = new CheckSources(api, clock);
        this.bundles = bundles;
        this.clock = clock;
        this.policyAudits = new PolicyAudits(api, jobs, current, undecided, loops, clock, pause);
        this.own = new OwnChecks(current.checks(), Map.of(), List.of());
        // One ConfigMap of one namespace: the role of the controller need not allow reading all of them.
        this.policies = new ViewInformer<>(
                api,
                loops,
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
        bundles.start();
        policyAudits.start(onStanding);
    }

    /** How objects stand with users' policies. */
    PolicyAudits policies() {
        return policyAudits;
    }

    boolean hasSynced() {
        return policies.hasSynced() && bundles.hasSynced();
    }

    @Override
    public void close() {
        policyAudits.close();
        bundles.close();
        policies.close();
    }

    /** Whether users' checks have changed since the last call; the new ones are in force then. */
    boolean refresh() {
        // In this order: of two checks with one id the first is kept, and the ConfigMap is nearer to the cluster than
        // the bundle.
        Map<String, String> files = new LinkedHashMap<>(
                new TreeMap<>(configMap().map(PoliciesView::files).orElse(Map.of())));
        new TreeMap<>(bundles.inForce().map(CheckBundle::files).orElse(Map.of()))
                .forEach((file, text) -> files.put(BUNDLE + "/" + file, text));
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
            inheritedUntil = first ? clock.instant().plus(settings.ttl()) : Instant.MIN;
            return true;
        } catch (InvalidCheck e) {
            log.warn("users' checks are not in force: {}", e.getMessage());
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
        boolean written = said(settings.policies(), configMap().map(this::place));
        // Whatever became of the first: one that cannot be written must not keep the other from being.
        written &= said(BUNDLE, bundles.isWanted() ? Optional.of(bundlePlace()) : Optional.empty());
        if (!written) {
            notBefore = now.plus(AGAIN);
        }
    }

    private boolean said(String name, Optional<Place> place) {
        try {
            publish(name, place);
            return true;
        } catch (IOException e) {
            log.warn("the state of the checks from {} was not written: {}; trying again", name, e.toString());
            return false;
        }
    }

    private void publish(String name, Optional<Place> present) throws IOException {
        if (present.isEmpty()) {
            if (!removed.contains(name)) {
                told.remove(name);
                inherited.remove(name);
                removed.add(name);
            }
            return;
        }
        Place place = present.get();
        removed.remove(name);
        if (clock.instant().isAfter(inheritedUntil)) {
            inherited.put(name, List.of());
        } else if (!inherited.containsKey(name)) {
            inherited.put(
                    name,
                    told.problems(name, place.revision()).stream()
                            .filter(problem -> problem.type() == Problem.Type.UNDECIDED)
                            .toList());
        }
        told.publish(
                new CheckSourceState(
                        name,
                        place.words(),
                        place.revision(),
                        (int) own.files().values().stream().filter(place::holds).count(),
                        policies(place).size(),
                        problems(place)),
                place.object());
    }

    /** Those of the place that are in force. */
    private List<RegoPolicy> policies(Place place) {
        Set<String> broken = policyAudits.broken().keySet();
        return current.policies().policies().stream()
                .filter(policy -> place.holds(policy.file()) && !broken.contains(policy.file()))
                .toList();
    }

    private List<Problem> problems(Place place) {
        List<Problem> problems = new ArrayList<>();
        place.trouble().ifPresent(why -> problems.add(new Problem(Problem.Type.NOT_FETCHED, place.name(), why)));
        for (BrokenCheck broken : own.errors()) {
            String subject = broken.check().isEmpty() ? broken.file() : subject(broken.file(), broken.check());
            problems.add(new Problem(Problem.Type.BROKEN, subject, broken.message()));
        }
        current.policies()
                .errors()
                .forEach(broken -> problems.add(new Problem(Problem.Type.BROKEN, broken.file(), broken.message())));
        new TreeMap<>(policyAudits.broken())
                .forEach((file, why) -> problems.add(new Problem(Problem.Type.BROKEN, file, why)));
        Map<String, Problem> bySubject = new TreeMap<>();
        inherited.getOrDefault(place.name(), List.of()).forEach(problem -> bySubject.put(problem.subject(), problem));
        undecidedWords.forEach((id, words) -> {
            // A policy is known by its file.
            String file = own.files().get(id);
            String subject = file == null ? id : subject(file, id);
            bySubject.put(subject, new Problem(Problem.Type.UNDECIDED, subject, subject + " " + words));
        });
        problems.addAll(bySubject.values());
        problems.removeIf(problem -> problem.type() != Problem.Type.NOT_FETCHED && !place.holds(problem.subject()));
        policyAudits
                .notRun()
                .filter(why -> !policies(place).isEmpty())
                .ifPresent(
                        why -> problems.add(new Problem(Problem.Type.NOT_RUN, "policies", "policies not run: " + why)));
        return problems;
    }

    private Place place(PoliciesView configMap) {
        return new Place(
                settings.policies(),
                "ConfigMap " + namespace + "/" + settings.policies(),
                Optional.of(new ObjectEvents.Regarding(
                        "v1", "ConfigMap", namespace, settings.policies(), configMap.uid(), "")),
                SafeHash.ofString(new TreeMap<>(configMap.files()).toString()),
                Optional.empty());
    }

    private Place bundlePlace() {
        return new Place(
                BUNDLE,
                "OCI " + bundles.reference(),
                Optional.empty(),
                bundles.inForce().map(CheckBundle::digest).orElse(""),
                bundles.trouble());
    }

    private static String subject(String file, String check) {
        return file + " check " + check;
    }

    private Optional<PoliciesView> configMap() {
        return policies.all().stream()
                .filter(view -> view.name().equals(settings.policies()))
                .findFirst();
    }

    private static Map<String, String> checkFiles(Map<String, String> files) {
        Map<String, String> checks = new LinkedHashMap<>(files);
        checks.keySet().removeIf(key -> !key.endsWith(".yaml") && !key.endsWith(".yml"));
        return checks;
    }
}
