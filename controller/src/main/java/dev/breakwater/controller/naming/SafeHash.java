package dev.breakwater.controller.naming;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The Trivy Operator's short hash: FNV-1a (32 bit) over a Go dump of the value, printed in decimal, each digit replaced by a character that is safe in
 * a Kubernetes name. The result has 1 to 10 characters out of {@code 456789bcdf}.
 *
 * <p>Only the three argument shapes that decide names are offered: their Go dumps are plain text and therefore the same in every language
 * (trivy-operator 2.1). The dump of a whole Go struct is not, so spec hashes are made elsewhere and never match the original's.
 */
public final class SafeHash {
    /** Kubernetes' alphabet without vowels and look-alikes; an index is the character code modulo its length (k8s {@code rand.SafeEncodeString}). */
    private static final String SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;

    private SafeHash() {}

    /** Hash of a Go string. */
    public static String ofString(String value) {
        return ofDump("(string)" + value);
    }

    /** Hash of a list of Go strings. */
    public static String ofStrings(List<String> values) {
        return ofDump("([]string)[" + String.join(" ", values) + "]");
    }

    /** Hash of a reference to an object; {@code namespace} is empty for a cluster-scoped one. */
    public static String ofObject(String kind, String name, String namespace) {
        return ofDump("(kube.ObjectRef){Kind:(kube.Kind)" + kind + " Name:(string)" + name + " Namespace:(string)"
                + namespace + "}");
    }

    /** Hash of any bytes, for hashes of our own that share the alphabet (for instance of canonical JSON). */
    public static String ofBytes(byte[] bytes) {
        int hash = FNV_OFFSET;
        for (byte b : bytes) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        String digits = Integer.toUnsignedString(hash);
        StringBuilder safe = new StringBuilder(digits.length());
        for (int i = 0; i < digits.length(); i++) {
            safe.append(SAFE_ALPHABET.charAt(digits.charAt(i) % SAFE_ALPHABET.length()));
        }
        return safe.toString();
    }

    private static String ofDump(String dump) {
        return ofBytes(dump.getBytes(StandardCharsets.UTF_8));
    }
}
