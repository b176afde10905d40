package dev.breakwater.controller.bounds;

import dev.breakwater.controller.bounds.OutOfBounds.Wrong;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Collects what is wrong with some settings, so that all of it is told together. What Kubernetes has a rule for is checked by that rule: otherwise the
 * value would be refused days later, by the first Job that is made with it.
 *
 * <p>Threading: of one thread.
 */
public final class Bounds {
    private static final int LONGEST_SHOWN = 120;
    /** RFC 1123, as namespaces are named. */
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    /** RFC 1123, as most objects are named. */
    private static final Pattern SUBDOMAIN =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final Pattern GLOB = Pattern.compile("[-a-z0-9*?]{1,63}");
    private static final Pattern HOST = Pattern.compile(
            "([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:.]+])(:[0-9]{1,5})?");
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
    private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    private final String prefix;
    private final List<Wrong> wrong = new ArrayList<>();

    /** @param prefix of all keys, such as {@code jobs}; empty for none */
    public Bounds(String prefix) {
        this.prefix = prefix.isEmpty() ? "" : prefix + ".";
    }

    /** @throws OutOfBounds where a value was not allowed */
    public void check() {
        if (!wrong.isEmpty()) {
            throw new OutOfBounds(wrong);
        }
    }

    /** For rules that only the caller knows. */
    public Bounds require(boolean allowed, String key, Object value, String words) {
        if (!allowed) {
            wrong.add(new Wrong(prefix + key, shown(value), words));
        }
        return this;
    }

    public Bounds number(String key, long value, long least, long most) {
        return require(value >= least && value <= most, key, value, least + " to " + most);
    }

    public Bounds port(String key, int value) {
        return require(value >= 0 && value <= 65_535, key, value, "a port, 1 to 65535, or 0 for a free one");
    }

    public Bounds duration(String key, Duration value, Duration least, Duration most) {
        return require(
                value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
                key,
                words(value),
                words(least) + " to " + words(most));
    }

    public Bounds oneOf(String key, String value, Collection<String> allowed) {
        return require(allowed.contains(value), key, value, "one of " + String.join(", ", allowed));
    }

    public Bounds anyOf(String key, Collection<String> values, Collection<String> allowed) {
        values.forEach(value -> require(allowed.contains(value), key, value, "any of " + String.join(", ", allowed)));
        return this;
    }

    public Bounds pullPolicy(String key, String value) {
        return oneOf(key, value, PULL_POLICIES);
    }

    public Bounds namespace(String key, String value) {
        return matches(key, value, LABEL, "the name of a namespace: a to z, 0 to 9 and -, up to 63 characters");
    }

    public Bounds namespacePatterns(String key, Collection<String> values) {
        values.forEach(value -> matches(
                key, value.strip(), GLOB, "names of namespaces: a to z, 0 to 9 and -, with * and ? for any others"));
        return this;
    }

    /** Of an object of most kinds. */
    public Bounds name(String key, String value) {
        return matches(key, value, SUBDOMAIN, "the name of an object: a to z, 0 to 9, - and ., up to 253 characters");
    }

    public Bounds hosts(String key, Collection<String> values) {
        values.forEach(value -> matches(key, value, HOST, "hosts as HOST or HOST:PORT"));
        return this;
    }

    public Bounds variables(String key, Map<String, String> values) {
        values.keySet()
                .forEach(name -> matches(
                        key, name, VARIABLE, "names of variables: letters, digits, _, - and ., not a digit first"));
        return this;
    }

    /** http or https with a host. */
    public Bounds url(String key, String value) {
        return require(isUrl(value), key, value, "a URL such as http://trivy.security:4954");
    }

    /** A path that stands by itself on a node or in a container. */
    public Bounds absolutePath(String key, String value) {
        return require(isAbsolute(value), key, value, "an absolute path without ..");
    }

    /** A value that something else can parse, which throws IllegalArgumentException for what it cannot. */
    public Bounds parsed(String key, String value, Consumer<String> parser, String words) {
        try {
            parser.accept(value);
            return this;
        } catch (IllegalArgumentException e) {
            return require(false, key, value, words);
        }
    }

    public Bounds labels(String key, Map<String, String> values) {
        values.forEach((name, value) ->
                require(Labels.isKey(name) && Labels.isValue(value), key, name + "=" + value, Labels.ALLOWED));
        return this;
    }

    public Bounds annotations(String key, Map<String, String> values) {
        values.keySet().forEach(name -> require(Labels.isKey(name), key, name, Labels.KEYS));
        return this;
    }

    public Bounds labelSelector(String key, String value) {
        return require(
                Labels.isSelector(value),
                key,
                value,
                "a label selector such as 'kubernetes.io/os=linux,!no-audit' or 'pool in (a,b)'");
    }

    /** Requests and limits of a container, which must fit each other. */
    public Bounds resources(
            String requestsKey, Map<String, String> requests, String limitsKey, Map<String, String> limits) {
        quantities(requestsKey, requests);
        quantities(limitsKey, limits);
        requests.forEach((resource, request) -> {
            String limit = limits.get(resource);
            if (limit != null && Quantity.isValid(request) && Quantity.isValid(limit)) {
                require(
                        Quantity.value(request) <= Quantity.value(limit) * (1 + 1e-9),
                        requestsKey,
                        resource + "=" + request,
                        "at most the limit, " + resource + "=" + limit);
            }
        });
        return this;
    }

    private void quantities(String key, Map<String, String> values) {
        values.forEach((resource, quantity) -> {
            require(Quantity.isResource(resource), key, resource + "=" + quantity, Quantity.RESOURCES);
            require(Quantity.isValid(quantity), key, resource + "=" + quantity, Quantity.ALLOWED);
        });
    }

    private Bounds matches(String key, String value, Pattern pattern, String words) {
        Predicate<String> whole = pattern.asMatchPredicate();
        return require(whole.test(value), key, value, words);
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

    private static String shown(Object value) {
        String text = String.valueOf(value).replaceAll("\\p{Cntrl}", "?");
        String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return value instanceof Number || cut.matches("[0-9]+[0-9hms]*") ? cut : "'" + cut + "'";
    }

    /** As they are written: {@code 1h30m}. */
    private static String words(Duration value) {
        String text = value.isNegative() ? "-" : "";
        Duration left = value.abs();
        if (left.toHours() > 0) {
            text += left.toHours() + "h";
        }
        if (left.toMinutesPart() > 0) {
            text += left.toMinutesPart() + "m";
        }
        if (left.toSecondsPart() > 0) {
            text += left.toSecondsPart() + "s";
        }
        if (left.toMillisPart() > 0) {
            text += left.toMillisPart() + "ms";
        }
        return text.isEmpty() || text.equals("-") ? "0s" : text;
    }
}
