package dev.breakwater.apiserver.json;

/**
 * Numbers as kube-apiserver gives them back: what fits an int64 as it is, everything else through a float64 in the form of Go's
 * encoding/json (the shortest digits that read back equal; an exponent below 1e-6 and from 1e21).
 *
 * <p>All of it takes linear time in the length of the literal, and no number of arbitrary length is ever made: a million digits as a
 * {@code BigInteger} take seconds.
 */
public final class GoNumber {
    /** Longest literal that is read; a float64 is given back with at most 24 characters. */
    public static final int LONGEST = 1000;

    /** Digits of the largest int64, and a sign. */
    private static final int INT64 = 20;

    private GoNumber() {}

    /**
     * The canonical text of a JSON number literal.
     *
     * @throws NumberFormatException if the value is beyond a float64, or longer than {@link #LONGEST}
     */
    public static String canonical(String literal) {
        if (literal.length() > LONGEST) {
            throw new NumberFormatException(
                    "a number of " + literal.length() + " characters; at most " + LONGEST + " are read");
        }
        boolean integral = literal.indexOf('.') < 0 && literal.indexOf('e') < 0 && literal.indexOf('E') < 0;
        if (integral && literal.length() <= INT64) {
            try {
                return Long.toString(Long.parseLong(literal));
            } catch (NumberFormatException e) {
                return of(Double.parseDouble(literal));
            }
        }
        double value = Double.parseDouble(literal);
        if (Double.isInfinite(value)) {
            throw new NumberFormatException("cannot unmarshal number " + literal + " into Go value of type float64");
        }
        return of(value);
    }

    /** The canonical text of a finite float64. Zero has no sign: what is read back from storage is the integer 0. */
    public static String of(double value) {
        if (value == 0) {
            return "0";
        }
        double magnitude = Math.abs(value);
        String digits = shortest(magnitude);
        // The value is 0.DIGITS times ten to this power.
        int power = power(magnitude);
        StringBuilder text = new StringBuilder(32);
        if (value < 0) {
            text.append('-');
        }
        if (magnitude >= 1e-6 && magnitude < 1e21) {
            plain(text, digits, power);
        } else {
            text.append(digits.charAt(0));
            if (digits.length() > 1) {
                text.append('.').append(digits, 1, digits.length());
            }
            int exponent = power - 1;
            text.append('e').append(exponent < 0 ? '-' : '+').append(Math.abs(exponent));
        }
        return text.toString();
    }

    private static void plain(StringBuilder text, String digits, int power) {
        if (power <= 0) {
            text.append("0.").repeat('0', -power).append(digits);
        } else if (power >= digits.length()) {
            text.append(digits).repeat('0', power - digits.length());
        } else {
            text.append(digits, 0, power).append('.').append(digits, power, digits.length());
        }
    }

    /** The significant digits, without zeros around them. */
    private static String shortest(double magnitude) {
        String text = Double.toString(magnitude);
        int e = text.indexOf('E');
        String mantissa = e < 0 ? text : text.substring(0, e);
        String digits = mantissa.replace(".", "");
        int from = 0;
        while (digits.charAt(from) == '0') {
            from++;
        }
        int to = digits.length();
        while (digits.charAt(to - 1) == '0') {
            to--;
        }
        digits = digits.substring(from, to);
        if (digits.length() == 2 && e >= 0) {
            // Java gives at least two digits (4.9E-324), Go the shortest (5e-324).
            int rounded = (digits.charAt(0) - '0') + (digits.charAt(1) >= '5' ? 1 : 0);
            if (rounded < 10 && Double.parseDouble(rounded + text.substring(e)) == magnitude) {
                return Integer.toString(rounded);
            }
        }
        return digits;
    }

    private static int power(double magnitude) {
        String text = Double.toString(magnitude);
        int e = text.indexOf('E');
        int exponent = e < 0 ? 0 : Integer.parseInt(text.substring(e + 1));
        int point = text.indexOf('.');
        if (text.charAt(0) != '0') {
            return point + exponent;
        }
        int zeros = 0;
        while (text.charAt(point + 1 + zeros) == '0') {
            zeros++;
        }
        return exponent - zeros;
    }
}
