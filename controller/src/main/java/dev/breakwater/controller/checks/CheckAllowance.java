package dev.breakwater.controller.checks;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What files of checks may be in sum, counted in characters. A tree takes up to 48 times the text it was read from; and a template of some thousand
 * characters that a thousand checks name is copied for each.
 */
final class CheckAllowance {
    /** Seven times what the built-in checks have. */
    static final int CHARACTERS = 1 << 20;

    /** That an item of a tree counts for beside its text. */
    private static final int ITEM = 16;

    private final String file;
    private long left;

    private CheckAllowance(String file, long left) {
        this.file = file;
        this.left = left;
    }

    /** For a file that stands alone. */
    static CheckAllowance of(String file) {
        return new CheckAllowance(file, CHARACTERS);
    }

    /** What this one has left, for the next file. */
    CheckAllowance next(String nextFile) {
        return new CheckAllowance(nextFile, left);
    }

    /** @throws InvalidCheck where so much is not left */
    void take(long characters) throws InvalidCheck {
        if (characters > left) {
            throw new InvalidCheck(file + ": the files of checks have more than " + CHARACTERS
                    + " characters in all, with what templates and parameters put into the checks.");
        }
        left -= characters;
    }

    /** Takes what a copy of the tree needs. */
    void takeCopyOf(Object tree) throws InvalidCheck {
        switch (tree) {
            case Map<?, ?> map -> {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    take(ITEM);
                    takeCopyOf(String.valueOf(entry.getKey()));
                    takeCopyOf(Objects.requireNonNullElse(entry.getValue(), ""));
                }
            }
            case List<?> list -> {
                for (Object item : list) {
                    take(ITEM);
                    takeCopyOf(Objects.requireNonNullElse(item, ""));
                }
            }
            case String text -> take(text.length());
            default -> take(ITEM);
        }
    }
}
