package dev.breakwater.controller.inventory;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which namespaces are looked at: the targets, or all but the excluded ones where no target is given. */
public final class NamespaceScope {
    private final Set<String> targets;
    private final List<Pattern> excluded;

    /**
     * @param targets names; empty for all
     * @param excludePatterns with {@code *} and {@code ?}, as {@code OPERATOR_EXCLUDE_NAMESPACES} takes them
     */
    public NamespaceScope(List<String> targets, List<String> excludePatterns) {
        this.targets = Set.copyOf(targets);
        this.excluded = excludePatterns.stream().map(NamespaceScope::glob).toList();
    }

    public boolean includes(String namespace) {
        return targets.isEmpty()
                ? excluded.stream()
                        .noneMatch(pattern -> pattern.matcher(namespace).matches())
                : targets.contains(namespace);
    }

    private static Pattern glob(String pattern) {
        return Pattern.compile(pattern.strip()
                .chars()
                .mapToObj(c -> switch (c) {
                    case '*' -> ".*";
                    case '?' -> ".";
                    default -> Pattern.quote(Character.toString(c));
                })
                .collect(Collectors.joining()));
    }
}
