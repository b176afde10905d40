package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Settings in the environment: the variables with our prefix that are not of others. */
final class Variables {
    /** Variables with our prefix that are not settings of a command but of the tests and the launcher. */
    private static final Set<String> FOREIGN = Set.of("CONFIG", "REQUIRE", "JAVA_OPTS", "AOT", "HEAP");

    /** Kubernetes tells each container of the Services of its namespace, and a Service may well be called breakwater-something. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

    private static final String TESTS = Setting.PREFIX + "TEST_";

    private final Map<String, String> environment;

    Variables(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Whether a variable is a setting, or a misspelt one. */
    static boolean isOurs(String variable) {
        return variable.startsWith(Setting.PREFIX)
                && !variable.startsWith(TESTS)
                && !FOREIGN.contains(variable.substring(Setting.PREFIX.length()));
    }

    /** {@code null} where it is not set. */
    @Nullable
    String value(String variable) {
        return isServiceLink(variable) ? null : environment.get(variable);
    }

    /**
     * A sentence for each that is no setting.
     *
     * @param known all variables
     * @param secret those whose values are not repeated
     */
    List<String> problems(Set<String> known, Set<String> secret) {
        List<String> problems = new ArrayList<>();
        environment.forEach((variable, value) -> {
            if (isOurs(variable) && !isServiceLink(variable) && !known.contains(variable)) {
                Optional<String> nearest = NearestWord.of(
                                variable.substring(Setting.PREFIX.length()), withoutPrefix(known))
                        .map(Setting.PREFIX::concat);
                // Where it might be a password with a misspelt name, the value is not repeated.
                boolean shown = nearest.isPresent() && !secret.contains(nearest.get());
                problems.add("environment variable " + variable + (shown ? "=" + value : "") + " is not a setting"
                        + nearest.map(word -> "; did you mean " + word + "?")
                                .orElse("; docs/configuration.md lists all"));
            }
        });
        return problems;
    }

    private static List<String> withoutPrefix(Set<String> variables) {
        return variables.stream()
                .map(variable -> variable.substring(Setting.PREFIX.length()))
                .toList();
    }

    private boolean isServiceLink(String variable) {
        return SERVICE_LINK.matcher(variable).matches()
                || (variable.endsWith("_PORT")
                        && environment.getOrDefault(variable, "").contains("://"));
    }
}
