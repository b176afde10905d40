package dev.breakwater.apiserver.negotiate;

import dev.breakwater.apiserver.status.Statuses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clauses of an Accept header that are wanted at all, the most wanted first; equally wanted ones in their order (k8s-wire 4.6).
 */
public record AcceptHeader(List<Clause> clauses) {
    /**
     * @param type in lower case, such as {@code application/json} or {@code application/*}
     * @param parameters names in lower case, values without quotes; without {@code q}
     */
    public record Clause(String type, Map<String, String> parameters, double quality) {
        public boolean covers(String mediaType) {
            return type.equals(mediaType)
                    || type.equals("*/*")
                    || type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1));
        }
    }

    /** Browsers send 200 characters, kubectl 150. */
    private static final int LONGEST = 8 * 1024;

    /** @param header {@code null} or empty stands for JSON */
    public static AcceptHeader of(@Nullable String header) {
        List<Clause> clauses = new ArrayList<>();
        if (header != null && header.length() > LONGEST) {
            throw Statuses.notAcceptable(
                    "an Accept header of " + header.length() + " characters; at most " + LONGEST + " are read");
        }
        for (String text : header == null || header.isBlank() ? new String[] {"application/json"} : header.split(",")) {
            String[] parts = text.split(";", -1);
            Map<String, String> parameters = new HashMap<>();
            double quality = 1;
            for (int i = 1; i < parts.length; i++) {
                int equals = parts[i].indexOf('=');
                if (equals > 0) {
                    String name = parts[i].substring(0, equals).strip().toLowerCase(Locale.ROOT);
                    String value = unquote(parts[i].substring(equals + 1).strip());
                    if (name.equals("q")) {
                        quality = quality(value);
                    } else {
                        parameters.put(name, value);
                    }
                }
            }
            if (quality > 0) {
                clauses.add(new Clause(parts[0].strip().toLowerCase(Locale.ROOT), parameters, quality));
            }
        }
        clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
        return new AcceptHeader(List.copyOf(clauses));
    }

    /** Whether a clause covers the type, with whatever parameters. */
    public boolean covers(String mediaType) {
        return clauses.stream().anyMatch(clause -> clause.covers(mediaType));
    }

    private static String unquote(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static double quality(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
