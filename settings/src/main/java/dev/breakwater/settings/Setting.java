package dev.breakwater.settings;

import java.util.Locale;
import java.util.Set;

/**
 * One thing that a program can be told, declared once. The key {@code scanner.image} is the flag {@code --scanner-image}, the variable
 * {@code BREAKWATER_SCANNER_IMAGE} and, in the file, {@code image} below {@code scanner} below the name of the command.
 *
 * <p>Two settings are the same only if they are the same declaration.
 *
 * @param <T> of its values
 */
public final class Setting<T> {
    /** Of the variables of all settings. */
    public static final String PREFIX = "BREAKWATER_";

    /** What is said of few settings. */
    public enum Trait {
        /** The value is never repeated, neither in errors nor in logs. */
        SECRET,
        /** A running program takes a new value over; all others are read at the start. */
        HOT,
        /** No flag, no variable, no key: tests and the wiring of a program give it. */
        UNLISTED
    }

    private final String key;
    private final Type<T> type;
    private final Fallback<T> fallback;
    private final Rule<? super T> allowed;
    private final String sentence;
    private final Set<Trait> traits;

    /**
     * What holds when nobody says anything.
     *
     * @param words for it in help and documentation; empty for the value as it is written
     */
    public record Fallback<T>(T value, String words) {}

    Setting(
            String key,
            Type<T> type,
            Fallback<T> fallback,
            Rule<? super T> allowed,
            String sentence,
            Set<Trait> traits) {
        this.key = key;
        this.type = type;
        this.fallback = fallback;
        this.allowed = allowed;
        this.sentence = sentence;
        this.traits = traits;
    }

    /** The value where nobody says anything. */
    public static <T> Fallback<T> by(T value) {
        return new Fallback<>(value, "");
    }

    /** The same where the value says little by itself, such as an empty list that stands for all. */
    public static <T> Fallback<T> by(T value, String words) {
        return new Fallback<>(value, words);
    }

    /** Such as {@code scanner.imagePullPolicy}. */
    public String key() {
        return key;
    }

    /** Such as {@code --scanner-image-pull-policy}. */
    public String flag() {
        return "--" + words('-');
    }

    /** Such as {@code BREAKWATER_SCANNER_IMAGE_PULL_POLICY}. */
    public String variable() {
        return PREFIX + words('_').toUpperCase(Locale.ROOT);
    }

    public Type<T> type() {
        return type;
    }

    public T fallback() {
        return fallback.value();
    }

    /** The default in words, such as {@code 10m}; "none" for an empty value. */
    public String fallbackWords() {
        if (!fallback.words().isEmpty()) {
            return fallback.words();
        }
        String shown = type.show().apply(fallback.value());
        return shown.isEmpty() ? "none" : shown;
    }

    /** What is allowed, in words; empty where every value of the type is. */
    public String allowedWords() {
        return allowed.words();
    }

    public Rule<? super T> allowed() {
        return allowed;
    }

    /** What it does, without the default; without a full stop. */
    public String sentence() {
        return sentence;
    }

    public boolean isSecret() {
        return traits.contains(Trait.SECRET);
    }

    public boolean isHot() {
        return traits.contains(Trait.HOT);
    }

    public boolean isListed() {
        return !traits.contains(Trait.UNLISTED);
    }

    @Override
    public String toString() {
        return key;
    }

    private String words(char between) {
        StringBuilder words = new StringBuilder();
        for (char c : key.toCharArray()) {
            if (c == '.') {
                words.append(between);
            } else if (Character.isUpperCase(c)) {
                words.append(between).append(Character.toLowerCase(c));
            } else {
                words.append(c);
            }
        }
        return words.toString();
    }
}
