package dev.breakwater.controller.compliance;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The checks of the engine. Used by one thread. */
public final class EngineChecks implements CurrentChecks {
    private final CheckSet checks;
    private final Map<String, CheckDefinition> byId = new HashMap<>();
    private final UnaryOperator<String> configHash;

    /** @param configHash the value of a report's label plugin-config-hash for objects of a kind */
    public EngineChecks(CheckSet checks, UnaryOperator<String> configHash) {
        this.checks = checks;
        this.configHash = configHash;
        checks.checks().forEach(check -> byId.put(check.id(), check));
    }

    @Override
    public Optional<Check> find(String spelling) {
        return checks.ids()
                .resolve(spelling)
                .flatMap(id -> Optional.ofNullable(byId.get(id)))
                .map(check -> new Check(check.id(), Set.copyOf(check.targets()), isInfrastructure(check)));
    }

    @Override
    public boolean isCurrent(String objectKind, String hash) {
        String kind = objectKind.equals("Node") ? "NodeInfo" : objectKind;
        return hash.equals(configHash.apply(kind));
    }

    /** Control-plane and node checks; the one on Ingress objects bears a KCV number but is reported with the object. */
    private static boolean isInfrastructure(CheckDefinition check) {
        return check.builtIn()
                && check.id().startsWith("KCV-")
                && !check.targets().contains("Ingress");
    }
}
