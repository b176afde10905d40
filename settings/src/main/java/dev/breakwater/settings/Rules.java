package dev.breakwater.settings;

import dev.breakwater.settings.Rule.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The rules that values of settings obey. What Kubernetes has a rule for is checked by that rule: otherwise the value would be refused days later, by the
 * first Job that is made with it.
 */
public final class Rules {
    /** RFC 1123, as namespaces are named. */
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    /** RFC 1123, as most objects are named. */
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";

    private static final int LONGEST_NAME = 253;

    private static final String GLOB = "[-a-z0-9*?]{1,63}";
    private static final String HOST =
            "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?";
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    private Rules() {}

    /** Every value of the type. */
    public static Rule<Object> any() {
        return new Rule<>("", _ -> List.of(), Map.of());
    }

    /** @param words what is allowed */
    public static <T> Rule<T> only(Predicate<T> allowed, String words) {
        return only(allowed, words, Map.of());
    }

    private static <T> Rule<T> only(Predicate<T> allowed, String words, Map<String, Object> schema) {
        return new Rule<>(
                words, value -> allowed.test(value) ? List.of() : List.of(new Refusal((Object) value, words)), schema);
    }

    public static Rule<Integer> number(int least, int most) {
        return only(
                value -> value >= least && value <= most,
                least + " to " + most,
                Map.of("minimum", least, "maximum", most));
    }

    public static Rule<Long> number(long least, long most) {
        return only(
                value -> value >= least && value <= most,
                least + " to " + most,
                Map.of("minimum", least, "maximum", most));
    }

    public static Rule<Integer> port() {
        return only(
                value -> value >= 0 && value <= 65_535,
                "a port, 1 to 65535, or 0 for a free one",
                Map.of("minimum", 0, "maximum", 65_535));
    }

    public static Rule<Duration> duration(Duration least, Duration most) {
        return only(
                value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                Durations.words(least) + " to " + Durations.words(most));
    }

    public static Rule<String> oneOf(Collection<String> allowed) {
        return only(allowed::contains, "one of " + String.join(", ", allowed), Map.of("enum", List.copyOf(allowed)));
    }

    /** For each value of a list. */
    public static Rule<Collection<String>> anyOf(Collection<String> allowed) {
        return each(
                only(allowed::contains, "any of " + String.join(", ", allowed), Map.of("enum", List.copyOf(allowed))));
    }

    public static Rule<String> pullPolicy() {
        return oneOf(PULL_POLICIES);
    }

    public static Rule<String> namespace() {
        return matching(LABEL, "the name of a namespace: a to z, 0 to 9 and -, up to 63 characters");
    }

    public static Rule<String> namespacePattern() {
        return matching(GLOB, "names of namespaces: a to z, 0 to 9 and -, with * and ? for any others");
    }

    /** Of an object of most kinds. */
    public static Rule<String> name() {
        Rule<String> subdomain =
                matching(SUBDOMAIN, "the name of an object: a to z, 0 to 9, - and ., up to 253 characters");
        // Not as a look-ahead in the pattern: Go, which reads the chart's schema, has none.
        return only(
                value -> value.length() <= LONGEST_NAME
                        && subdomain.refusals().of(value).isEmpty(),
                subdomain.words(),
                Map.of("pattern", String.valueOf(subdomain.schema().get("pattern")), "maxLength", LONGEST_NAME));
    }

    public static Rule<String> host() {
        return matching(HOST, "hosts as HOST or HOST:PORT");
    }

    /** http or https with a host. */
    public static Rule<String> url() {
        return only(Rules::isUrl, "a URL such as http://trivy.security:4954");
    }

    /** A path that stands by itself on a node or in a container. */
    public static Rule<String> absolutePath() {
        return only(Rules::isAbsolute, "an absolute path without ..");
    }

    /** A text that something else can parse, which throws IllegalArgumentException for what it cannot. */
    public static Rule<String> parsed(Consumer<String> parser, String words) {
        return only(
                value -> {
                    try {
                        parser.accept(value);
                        return true;
                    } catch (IllegalArgumentException e) {
                        return false;
                    }
                },
                words);
    }

    public static Rule<String> labelSelector() {
        return only(
                Labels::isSelector, "a label selector such as 'kubernetes.io/os=linux,!no-audit' or 'pool in (a,b)'");
    }

    public static Rule<Map<String, String>> labels() {
        return entries(
                (name, value) -> Labels.isKey(name) && Labels.isValue(value) ? "" : name + "=" + value, Labels.ALLOWED);
    }

    public static Rule<Map<String, String>> annotations() {
        return entries((name, _) -> Labels.isKey(name) ? "" : name, Labels.KEYS);
    }

    public static Rule<Map<String, String>> variables() {
        return entries(
                (name, _) -> VARIABLE.matcher(name).matches() ? "" : name,
                "names of variables: letters, digits, _, - and ., not a digit first");
    }

    /** Requests or limits of a container. */
    public static Rule<Map<String, String>> quantities() {
        Rule<Map<String, String>> resources = entries(
                (resource, quantity) -> Quantity.isResource(resource) ? "" : resource + "=" + quantity,
                Quantity.RESOURCES);
        Rule<Map<String, String>> amounts = entries(
                (resource, quantity) -> Quantity.isValid(quantity) ? "" : resource + "=" + quantity, Quantity.ALLOWED);
        return new Rule<>(
                Quantity.RESOURCES + ", each with " + Quantity.ALLOWED,
                values -> {
                    List<Refusal> all = new ArrayList<>(resources.refusals().of(values));
                    all.addAll(amounts.refusals().of(values));
                    return all;
                },
                Map.of());
    }

    /** No request above its limit, for which Kubernetes would refuse the pod. */
    public static void fitting(
            Bounds bounds, Setting<?> setting, Map<String, String> requests, Map<String, String> limits) {
        requests.forEach((resource, request) -> {
            String limit = limits.get(resource);
            if (limit != null && Quantity.isValid(request) && Quantity.isValid(limit)) {
                bounds.require(
                        Quantity.value(request) <= Quantity.value(limit) * (1 + 1e-9),
                        setting,
                        resource + "=" + request,
                        "at most the limit, " + resource + "=" + limit);
            }
        });
    }

    /** For what is empty unless it is wanted. */
    public static Rule<String> orEmpty(Rule<String> rule) {
        return new Rule<>(
                rule.words(),
                value -> value.isEmpty() ? List.of() : rule.refusals().of(value),
                withEmpty(rule.schema()));
    }

    private static Map<String, Object> withEmpty(Map<String, Object> schema) {
        Map<String, Object> either = new HashMap<>(schema);
        either.computeIfPresent("pattern", (_, pattern) -> "^$|" + pattern);
        return either;
    }

    /** For what may be left out. */
    public static <T> Rule<Optional<T>> ifGiven(Rule<T> rule) {
        return new Rule<>(rule.words(), value -> value.map(rule.refusals()::of).orElse(List.of()), rule.schema());
    }

    /** For each value of a list or a set. */
    public static <E> Rule<Collection<E>> each(Rule<? super E> rule) {
        return new Rule<>(
                rule.words(),
                values -> values.stream()
                        .flatMap(value -> rule.refusals().of(value).stream())
                        .toList(),
                rule.schema().isEmpty() ? Map.of() : Map.of("items", rule.schema()));
    }

    /** For each name and each value of named lists. */
    public static Rule<Map<String, List<String>>> named(Rule<String> names, Rule<String> values) {
        return new Rule<>(
                values.words(),
                lists -> {
                    List<Refusal> all = new ArrayList<>();
                    lists.forEach((name, list) -> {
                        all.addAll(names.refusals().of(name));
                        all.addAll(each(values).refusals().of(list));
                    });
                    return all;
                },
                Map.of());
    }

    /** For each entry of a map, told as {@code NAME=VALUE}. */
    public static Rule<Map<String, String>> eachPair(Rule<Map.Entry<String, String>> rule) {
        return new Rule<>(
                rule.words(),
                map -> map.entrySet().stream()
                        .flatMap(entry -> rule.refusals().of(entry).stream())
                        .toList(),
                Map.of());
    }

    @FunctionalInterface
    private interface Wrong {
        /** What is shown of an entry that is not allowed; empty for one that is. */
        String part(String name, String value);
    }

    private static Rule<Map<String, String>> entries(Wrong wrong, String words) {
        return new Rule<>(
                words,
                values -> values.entrySet().stream()
                        .map(entry -> wrong.part(entry.getKey(), entry.getValue()))
                        .filter(part -> !part.isEmpty())
                        .map(part -> new Refusal(part, words))
                        .toList(),
                Map.of());
    }

    private static Rule<String> matching(String pattern, String words) {
        Predicate<String> whole = Pattern.compile(pattern).asMatchPredicate();
        return only(value -> whole.test(value), words, Map.of("pattern", "^(?:" + pattern + ")$"));
    }

    private static boolean isUrl(String value) {
        try {
            URI uri = new URI(value);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() <= 65_535;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isAbsolute(String value) {
        try {
            Path path = Path.of(value);
            return value.startsWith("/") && path.equals(path.normalize());
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
