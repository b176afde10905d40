package dev.breakwater.controller.audit;

import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.ConfigHash;
import dev.breakwater.controller.checks.InvalidCheck;
import dev.breakwater.controller.checks.OwnChecks;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The checks in force: built in, and the users' own from a ConfigMap.
 *
 * <p>Threading: replaced as a whole by one thread, read by any.
 */
public final class CurrentCheckSet {
    private final CheckSet.Options options;
    private final CheckSet builtIn;
    private volatile State state;

    private record State(CheckSet checks, Map<String, String> hashes) {}

    public CurrentCheckSet(AuditSettings settings, Optional<dev.breakwater.controller.checks.ClusterVersion> version)
            throws InvalidCheck {
        this.options =
                new CheckSet.Options(settings.deviations(), version, settings.off(), settings.severities(), Map.of());
        this.builtIn = CheckSet.builtIn(options);
        this.state = new State(builtIn, new ConcurrentHashMap<>());
    }

    public CheckSet checks() {
        return state.checks();
    }

    /** The value of a report's label plugin-config-hash for objects of a kind. */
    public String configHash(String kind) {
        State now = state;
        return now.hashes().computeIfAbsent(kind, any -> ConfigHash.of(now.checks(), any));
    }

    /** Takes the users' checks, as YAML texts by file. */
    OwnChecks replaceOwn(Map<String, String> files) throws InvalidCheck {
        OwnChecks own = OwnChecks.beside(builtIn, files, options);
        state = new State(own.checks(), new ConcurrentHashMap<>());
        return own;
    }
}
