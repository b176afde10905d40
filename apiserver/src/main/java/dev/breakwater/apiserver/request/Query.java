package dev.breakwater.apiserver.request;

import dev.breakwater.apiserver.status.FieldError;
import dev.breakwater.apiserver.status.StatusException;
import dev.breakwater.apiserver.status.Statuses;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request. Never read through the servlet API, which would take a POST body with a form's content type for
 * parameters and consume it. Unknown parameters are ignored, of repeated ones the first counts (k8s-wire 3.2).
 */
public final class Query {
    /**
     * Bounds on what is kept of a query, which is read before anybody is known: half a million parameters of two characters would be
     * 50 MB. No verb has more than twenty parameters, or one with more than one value that counts, except {@code dryRun}.
     */
    private static final int MOST_NAMES = 64;

    private static final int MOST_VALUES = 16;
    private static final int LONGEST_NAME = 128;

    private final Map<String, List<String>> values;

    private Query(Map<String, List<String>> values) {
        this.values = values;
    }

    /** @param raw as in the request line, or {@code null}; pairs that cannot be decoded are dropped, as kube-apiserver does */
    public static Query of(@Nullable String raw) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        int from = 0;
        while (raw != null && from <= raw.length()) {
            int and = raw.indexOf('&', from);
            int to = and < 0 ? raw.length() : and;
            pair(raw, from, to, values);
            from = to + 1;
        }
        return new Query(values);
    }

    private static void pair(String raw, int from, int to, Map<String, List<String>> values) {
        int equals = raw.indexOf('=', from, to);
        int keyEnd = equals < 0 ? to : equals;
        if (keyEnd == from || keyEnd - from > LONGEST_NAME) {
            return;
        }
        String key;
        String value;
        try {
            key = decode(raw.substring(from, keyEnd));
            value = keyEnd == to ? "" : decode(raw.substring(keyEnd + 1, to));
        } catch (IllegalArgumentException e) {
            // Dropped, as in kube-apiserver.
            return;
        }
        List<String> all = values.get(key);
        if (all == null && values.size() < MOST_NAMES) {
            all = new ArrayList<>(1);
            values.put(key, all);
        }
        if (all != null && all.size() < MOST_VALUES) {
            all.add(value);
        }
    }

    public boolean has(String name) {
        return values.containsKey(name);
    }

    public @Nullable String first(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.getFirst();
    }

    /** The first value, or empty. */
    public String text(String name) {
        List<String> all = values.get(name);
        return all == null ? "" : all.getFirst();
    }

    /**
     * A whole number; 0 if absent or empty.
     *
     * @throws StatusException 400 if it is none
     */
    public long number(String name) {
        String value = text(name);
        try {
            return value.isEmpty() ? 0 : Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw Statuses.badRequest("strconv.ParseInt: parsing " + FieldError.quoted(value)
                    + ": invalid syntax (parameter " + name + ")");
        }
    }

    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Go's conversion: present but empty, and anything but {@code false} and {@code 0}, is true. */
    public boolean flag(String name) {
        String value = first(name);
        return value != null && !value.equalsIgnoreCase("false") && !value.equals("0");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
