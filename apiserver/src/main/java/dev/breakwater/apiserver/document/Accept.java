package dev.breakwater.apiserver.document;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The clauses of an Accept header, the most wanted first; equally wanted ones in their order (k8s-wire 4.6). */
public record Accept(List<Clause> clauses) {
    /**
     * @param type in lower case, such as {@code application/json} or {@code application/*}
     * @param parameters without {@code q}
     */
    public record Clause(String type, Map<String, String> parameters, double quality) {
        public boolean covers(String mediaType) {
            return type.equals(mediaType)
                    || type.equals("*/*")
                    || type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1));
        }
    }

    /** @param header {@code null} or empty stands for JSON */
    public static Accept of(@Nullable String header) {
        List<Clause> clauses = new ArrayList<>();
        for (String text : header == null || header.isBlank() ? new String[] {"application/json"} : header.split(",")) {
            String[] parts = text.split(";", -1);
            Map<String, String> parameters = new HashMap<>();
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                String key = (equals < 0 ? parts[i] : parts[i].substring(0, equals)).strip();
                String value = equals < 0 ? "" : parts[i].substring(equals + 1).strip();
                if (key.equals("q")) {
                    quality = quality(value);
                } else {
                    parameters.put(key, value);
                }
            }
            clauses.add(new Clause(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality));
        }
        clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
        return new Accept(List.copyOf(clauses));
    }

    /** Whether a clause covers the type, with whatever parameters. */
    public boolean covers(String mediaType) {
        return clauses.stream().anyMatch(clause -> clause.covers(mediaType));
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
