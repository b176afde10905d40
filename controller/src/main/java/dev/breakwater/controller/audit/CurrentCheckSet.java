package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckResult;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.ConfigHash;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.OwnChecks;
import dev.breakwater.controller.checks.Severity;
import dev.breakwater.controller.naming.SafeHash;
import dev.breakwater.controller.rego.RegoPolicies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The checks in force: built in, and the users' own from a ConfigMap.
 *
 * <p>Threading: replaced as a whole by one thread, read by any.
 */
public final class CurrentCheckSet {
    private static final int REMEMBERED = 200;

    private final CheckSet.Options options;
    private final CheckSet builtIn;
    private volatile State state;

    private record State(CheckSet checks, RegoPolicies policies, Map<String, String> hashes) {
        /** Kinds are also asked for that a report names which anybody may have written: not all of them are kept. */
        String remembered(String key, Supplier<String> hash) {
            String known = hashes.get(key);
            if (known != null) {
                return known;
            }
            String fresh = hash.get();
            if (hashes.size() < REMEMBERED) {
                hashes.put(key, fresh);
            }
            return fresh;
        }
    }

    public CurrentCheckSet(AuditSettings settings, Optional<dev.breakwater.controller.checks.ClusterVersion> version)
            throws InvalidCheck {
        this.options =
                new CheckSet.Options(settings.deviations(), version, settings.off(), settings.severities(), Map.of());
        this.builtIn = CheckSet.builtIn(options);
        this.state = new State(builtIn, RegoPolicies.NONE, new ConcurrentHashMap<>());
    }

    public CheckSet checks() {
        return state.checks();
    }

    /** Users' policies, for another engine than that of {@link #checks}. */
    RegoPolicies policies() {
        return state.policies();
    }

    /** The value of a report's label plugin-config-hash for objects of a kind, judged by checks and policies. */
    public String configHash(String kind) {
        State now = state;
        return now.remembered(kind, () -> {
            String ofChecks = ConfigHash.of(now.checks(), kind);
            String ofPolicies = now.policies().hash(kind);
            return ofPolicies.isEmpty() ? ofChecks : SafeHash.ofStrings(List.of(ofChecks, ofPolicies));
        });
    }

    /** The same of a report that is made without policies. */
    String configHashWithoutPolicies(String kind) {
        State now = state;
        return now.policies().applyTo(kind)
                ? now.remembered("without/" + kind, () -> ConfigHash.of(now.checks(), kind))
                : configHash(kind);
    }

    /**
     * Whether a report on an object of the kind was made with these checks: also one without policies, which says all that checks say while no Job runs.
     */
    public boolean isMadeWithTheseChecks(String kind, String hash) {
        return hash.equals(configHash(kind)) || hash.equals(configHashWithoutPolicies(kind));
    }

    /** Severity and choice that settings have for a policy's rule, as for any check; empty where it is off. */
    Optional<CheckResult> chosen(CheckResult ofPolicy) {
        CheckDefinition rule = ofPolicy.check();
        if (options.off().contains(rule.id())) {
            return Optional.empty();
        }
        Severity severity = options.severities().get(rule.id());
        return Optional.of(
                severity == null ? ofPolicy : new CheckResult(rule.withSeverity(severity), ofPolicy.verdict()));
    }

    /** Takes the users' checks, as YAML texts by file, and their policies. */
    OwnChecks replaceOwn(Map<String, String> files, RegoPolicies policies) throws InvalidCheck {
        OwnChecks own = OwnChecks.beside(builtIn, files, options);
        state = new State(own.checks(), policies, new ConcurrentHashMap<>());
        return own;
    }
}
