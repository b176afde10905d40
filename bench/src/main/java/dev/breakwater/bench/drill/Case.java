package dev.breakwater.bench.drill;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * One thing that happens to the server.
 *
 * @param row letter of the kind of fault, such as {@code a}; {@code load} for what many honest clients do
 * @param name unique, for the command line
 * @param what is sent, in words
 * @param wanted which statuses are right
 * @param act what happens
 */
record Case(String row, String name, String what, IntPredicate wanted, Act act) {
    /** What happens to the server while the probes ask it. */
    @FunctionalInterface
    interface Act {
        void run(Scene scene) throws Exception;
    }

    /** Read or refused, in time and in words: anything but a fault of the server. */
    static final IntPredicate NO_FAULT = status -> status >= 200 && status < 500;

    /** Refused in words. */
    static final IntPredicate REFUSED = status -> status >= 400 && status < 500;

    static Case answered(String row, String name, String what, Act act) {
        return new Case(row, name, what, NO_FAULT, act);
    }

    static Case refused(String row, String name, String what, Act act) {
        return new Case(row, name, what, REFUSED, act);
    }

    /** Whether the name, the row or a beginning of the name was asked for. */
    boolean isNamed(List<String> names) {
        return isNamed(row, name, names);
    }

    static boolean isNamed(String row, String name, List<String> names) {
        return names.stream()
                .anyMatch(wanted -> name.equals(wanted) || row.equals(wanted) || name.startsWith(wanted + "-"));
    }

    static List<Case> all(List<List<Case>> rows) {
        return rows.stream().flatMap(List::stream).toList();
    }

    static List<Case> of(Case... cases) {
        return Arrays.asList(cases);
    }
}
