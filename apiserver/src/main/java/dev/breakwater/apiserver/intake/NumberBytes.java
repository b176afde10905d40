package dev.breakwater.apiserver.intake;

/** Number literals as bytes (RFC 8259, 6). */
final class NumberBytes {
    private NumberBytes() {}

    /** Length of the number at {@code from}, 0 if there is none. */
    static int length(byte[] in, int from, int end) {
        int i = from;
        if (i < end && in[i] == '-') {
            i++;
        }
        int digits = digits(in, i, end);
        if (digits == 0 || digits > 1 && in[i] == '0') {
            return 0;
        }
        i += digits;
        if (i < end && in[i] == '.') {
            int fraction = digits(in, i + 1, end);
            if (fraction == 0) {
                return 0;
            }
            i += 1 + fraction;
        }
        if (i < end && (in[i] == 'e' || in[i] == 'E')) {
            i++;
            if (i < end && (in[i] == '+' || in[i] == '-')) {
                i++;
            }
            int exponent = digits(in, i, end);
            if (exponent == 0) {
                return 0;
            }
            i += exponent;
        }
        return i - from;
    }

    /**
     * Whether a number surely is in canonical form already: an integer of up to 18 digits, or a decimal of up to 15 digits that
     * neither ends in 0 nor is small. A decimal of 15 digits is the shortest for its float64.
     */
    static boolean isCanonical(byte[] in, int from, int to) {
        int length = to - from;
        int first = in[from] == '-' ? from + 1 : from;
        boolean point = false;
        for (int i = first; i < to; i++) {
            if (in[i] == '.') {
                point = true;
            } else if (in[i] == 'e' || in[i] == 'E') {
                return false;
            }
        }
        if (!point) {
            return length <= 18 && !(in[from] == '-' && in[first] == '0');
        }
        return length <= 16 && in[to - 1] != '0' && in[first] != '0';
    }

    private static int digits(byte[] in, int from, int end) {
        int i = from;
        while (i < end && in[i] >= '0' && in[i] <= '9') {
            i++;
        }
        return i - from;
    }
}
