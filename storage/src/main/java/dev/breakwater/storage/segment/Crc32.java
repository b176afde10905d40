package dev.breakwater.storage.segment;

/**
 * Combines CRC-32 values (RFC 1952, 8) of neighbouring pieces without looking at their bytes.
 *
 * <p>A CRC is a polynomial over GF(2) modulo P, bit-reflected. Appending n bytes multiplies it by x^(8n), so
 * {@code crc(AB) = crc(A) * x^(8 len(B)) + crc(B)}. The powers x^(2^k) are tabled; a length then costs one multiplication of 32 steps
 * per bit that is set in it.
 */
public final class Crc32 {
    private static final int POLYNOMIAL = 0xEDB88320;

    /** x^0 in reflected order. */
    private static final int ONE = 1 << 31;

    /** Entry k is x^(2^k) mod P; the cycle has length 32 because x^(2^32) = x^(2^0) mod P. */
    private static final int[] POWERS = powers();

    private Crc32() {}

    /** The CRC-32 of A followed by B, from the CRC-32 of each and the number of bytes of B. */
    public static int combine(int crcOfA, int crcOfB, long lengthOfB) {
        if (lengthOfB < 0) {
            throw new IllegalArgumentException("a length is 0 or more, not " + lengthOfB);
        }
        int shift = ONE;
        // Times eight: bits, not bytes; so the lowest bit of the length stands for x^(2^3).
        int power = 3;
        for (long rest = lengthOfB; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                shift = multiply(POWERS[power & 31], shift);
            }
            power++;
        }
        return multiply(shift, crcOfA) ^ crcOfB;
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int factor = b;
        for (int bits = a; bits != 0; bits <<= 1) {
            // Branches here would be taken at random; masks keep the pipeline full.
            product ^= factor & (bits >> 31);
            factor = (factor >>> 1) ^ (POLYNOMIAL & -(factor & 1));
        }
        return product;
    }

    private static int[] powers() {
        int[] powers = new int[32];
        int power = 1 << 30;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = power;
            power = multiply(power, power);
        }
        return powers;
    }
}
