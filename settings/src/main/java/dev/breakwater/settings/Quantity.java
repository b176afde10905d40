package dev.breakwater.settings;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quantities of resources, as {@code resource.Quantity} of Kubernetes reads them, without a sign: less than nothing is no request and no limit. */
final class Quantity {
    static final String ALLOWED = "a quantity such as 500m, 1.5, 256Mi or 2Gi";
    static final String RESOURCES = "cpu, memory, ephemeral-storage or a resource with a domain";

    private static final Pattern WORDS = Pattern.compile(
            "([0-9]{1,18}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]{1,2}))?");
    private static final Pattern RESOURCE = Pattern.compile(
            "cpu|memory|ephemeral-storage|hugepages-[0-9A-Za-z]{1,20}|[a-z0-9][-a-z0-9.]{0,252}/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Map<String, Double> SUFFIXES = Map.ofEntries(
            Map.entry("n", 1e-9),
            Map.entry("u", 1e-6),
            Map.entry("m", 1e-3),
            Map.entry("k", 1e3),
            Map.entry("M", 1e6),
            Map.entry("G", 1e9),
            Map.entry("T", 1e12),
            Map.entry("P", 1e15),
            Map.entry("E", 1e18),
            Map.entry("Ki", 0x1p10),
            Map.entry("Mi", 0x1p20),
            Map.entry("Gi", 0x1p30),
            Map.entry("Ti", 0x1p40),
            Map.entry("Pi", 0x1p50),
            Map.entry("Ei", 0x1p60));

    private Quantity() {}

    static boolean isResource(String name) {
        return RESOURCE.matcher(name).matches();
    }

    static boolean isValid(String text) {
        return WORDS.matcher(text).matches();
    }

    /** Exact enough to compare two of them. */
    static double value(String text) {
        Matcher words = WORDS.matcher(text);
        if (!words.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not " + ALLOWED);
        }
        double number = Double.parseDouble(words.group(1));
        if (words.group(2) != null) {
            return number * SUFFIXES.getOrDefault(words.group(2), 1.0);
        }
        return words.group(3) == null ? number : number * Math.pow(10, Integer.parseInt(words.group(3)));
    }
}
