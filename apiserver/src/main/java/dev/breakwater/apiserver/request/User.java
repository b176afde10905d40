package dev.breakwater.apiserver.request;

import java.util.List;
import java.util.Map;

/** Who asks. {@code groups} already holds {@code system:authenticated} where it belongs. */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    private static final int ENTRY = 64;

    /** About how many bytes it takes in memory: users of an identity provider bring hundreds of groups. */
    public long bytes() {
        long bytes = 4 * ENTRY + name.length() + uid.length() + bytes(groups);
        for (Map.Entry<String, List<String>> entry : extra.entrySet()) {
            bytes += ENTRY + entry.getKey().length() + bytes(entry.getValue());
        }
        return bytes;
    }

    private static long bytes(List<String> texts) {
        long bytes = 0;
        for (String text : texts) {
            bytes += ENTRY + text.length();
        }
        return bytes;
    }
}
