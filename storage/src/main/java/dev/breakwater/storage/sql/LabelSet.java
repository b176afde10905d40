package dev.breakwater.storage.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Labels as they are stored: once per distinct set (store.md 9: a row per label and revision made rescans six times slower).
 *
 * @param hash of the text
 * @param json a flat object in key order
 */
public record LabelSet(Sha256 hash, String json, Map<String, String> labels) {
    static LabelSet of(Map<String, String> labels) {
        String json = json(labels);
        return new LabelSet(hash(json), json, labels);
    }

    static Sha256 hash(String json) {
        return Sha256.of(Sha256.digest().digest(json.getBytes(UTF_8)));
    }

    private static String json(Map<String, String> labels) {
        StringBuilder json = new StringBuilder(64).append('{');
        new TreeMap<>(labels).forEach((key, value) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            quote(json, key);
            json.append(':');
            quote(json, value);
        });
        return json.append('}').toString();
    }

    static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** Reads back what {@link #of} wrote; not a reader for JSON of others. */
    static Map<String, String> parse(String json) {
        Map<String, String> labels = new LinkedHashMap<>();
        int at = 1;
        while (json.charAt(at) != '}') {
            StringBuilder key = new StringBuilder();
            at = unquote(json, at, key);
            StringBuilder value = new StringBuilder();
            at = unquote(json, at + 1, value);
            labels.put(key.toString(), value.toString());
            if (json.charAt(at) == ',') {
                at++;
            }
        }
        return Map.copyOf(labels);
    }

    private static int unquote(String json, int quote, StringBuilder text) {
        int at = quote + 1;
        while (json.charAt(at) != '"') {
            char c = json.charAt(at++);
            if (c != '\\') {
                text.append(c);
            } else if (json.charAt(at) == 'u') {
                text.append((char) Integer.parseInt(json, at + 1, at + 5, 16));
                at += 5;
            } else {
                text.append(json.charAt(at++));
            }
        }
        return at + 1;
    }
}
