package dev.breakwater.apiserver.json;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Numbers as kube-apiserver gives them back: what fits an int64 as it is, everything else through a float64 in the form of Go's
 * encoding/json (the shortest digits that read back equal; an exponent below 1e-6 and from 1e21).
 */
public final class GoNumber {
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private GoNumber() {}

    /**
     * The canonical text of a JSON number literal.
     *
     * @throws NumberFormatException if the value is beyond a float64
     */
    public static String canonical(String literal) {
        boolean integral = literal.indexOf('.') < 0 && literal.indexOf('e') < 0 && literal.indexOf('E') < 0;
        if (integral) {
            if (literal.length() <= 18) {
                return Long.toString(Long.parseLong(literal));
            }
            BigInteger value = new BigInteger(literal);
            if (value.compareTo(MIN) >= 0 && value.compareTo(MAX) <= 0) {
                return value.toString();
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
        BigDecimal shortest = shortest(value);
        double magnitude = Math.abs(value);
        if (magnitude >= 1e-6 && magnitude < 1e21) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        int exponent = digits.length() - 1 - shortest.scale();
        StringBuilder text = new StringBuilder(digits.length() + 8);
        if (value < 0) {
            text.append('-');
        }
        text.append(digits.charAt(0));
        if (digits.length() > 1) {
            text.append('.').append(digits, 1, digits.length());
        }
        return text.append('e')
                .append(exponent < 0 ? '-' : '+')
                .append(Math.abs(exponent))
                .toString();
    }

    private static BigDecimal shortest(double value) {
        BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (decimal.precision() == 2) {
            // Java gives at least two digits (4.9E-324), Go the shortest (5e-324).
            BigDecimal one = decimal.round(new java.math.MathContext(1)).stripTrailingZeros();
            if (one.doubleValue() == value) {
                return one;
            }
        }
        return decimal;
    }
}
