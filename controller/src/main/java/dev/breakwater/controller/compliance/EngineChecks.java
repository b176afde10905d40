package dev.breakwater.controller.compliance;

import dev.breakwater.controller.checks.CheckDefinition;
import dev.breakwater.controller.checks.CheckSet;
import dev.breakwater.controller.checks.Evidence;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;

/** The checks of the engine. Used by one thread. */
public final class EngineChecks implements CurrentChecks {
    private final CheckSet checks;
    private final Map<String, CheckDefinition> byId = new HashMap<>();
    private final BiPredicate<String, String> current;

    /** @param current whether reports on objects of a kind that carry a value of plugin-config-hash were made with these checks */
    public EngineChecks(CheckSet checks, BiPredicate<String, String> current) {
        this.checks = checks;
        this.current = current;
        checks.checks().forEach(check -> byId.put(check.id(), check));
    }

    @Override
    public Optional<Check> find(String spelling) {
        return checks.ids()
                .resolve(spelling)
                .flatMap(id -> Optional.ofNullable(byId.get(id)))
                .map(check -> new Check(
                        check.id(), Set.copyOf(check.targets()), isInfrastructure(check), Evidence.of(check)));
    }

    @Override
    public boolean isCurrent(String objectKind, String hash) {
        String kind = objectKind.equals("Node") ? "NodeInfo" : objectKind;
        return current.test(kind, hash);
    }

    /** Control-plane and node checks; the one on Ingress objects bears a KCV number but is reported with the object. */
    private static boolean isInfrastructure(CheckDefinition check) {
        return check.builtIn()
                && check.id().startsWith("KCV-")
                && !check.targets().contains("Ingress");
    }
}
