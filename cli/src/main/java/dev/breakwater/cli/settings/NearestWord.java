package dev.breakwater.cli.settings;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Which known word somebody meant who wrote another one: optimal string alignment, without regard to case and to what joins words. */
final class NearestWord {
    private NearestWord() {}

    /** Nothing where no word is near: up to a third of the letters may differ. */
    static Optional<String> of(String written, Collection<String> known) {
        String plain = plain(written);
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String word : known) {
            int distance = distance(plain, plain(word));
            if (distance < least) {
                least = distance;
                nearest = word;
            }
        }
        return nearest != null && least <= Math.max(1, plain.length() / 3) ? Optional.of(nearest) : Optional.empty();
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
    }

    private static int distance(String a, String b) {
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }
                int other = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(steps[i - 1][j - 1] + other, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
            }
        }
        return steps[a.length()][b.length()];
    }
}
