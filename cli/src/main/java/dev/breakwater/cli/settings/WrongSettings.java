package dev.breakwater.cli.settings;

import dev.breakwater.controller.bounds.OutOfBounds;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Collects what is wrong with the settings of a start, so that all of it is told at once: each value with its flag, where it came from and what is
 * allowed.
 *
 * <p>Threading: of one thread.
 */
public final class WrongSettings {
    private final CommandSpec command;
    private final Set<String> sentences = new LinkedHashSet<>();

    public WrongSettings(CommandSpec command) {
        this.command = command;
    }

    /** What the settings are, or the other value where they are wrong, which {@link #check} tells later. */
    public <T> T orElse(T other, Supplier<T> settings) {
        try {
            return settings.get();
        } catch (OutOfBounds e) {
            e.all().forEach(wrong -> sentences.add(sentence(wrong)));
        } catch (IllegalArgumentException e) {
            sentences.add(String.valueOf(e.getMessage()));
        }
        return other;
    }

    /** As {@link #orElse}, where there is nothing to be had. */
    public void take(Runnable check) {
        orElse(true, () -> {
            check.run();
            return true;
        });
    }

    /** @throws ParameterException with a line for each value that is not allowed */
    public void check() {
        if (!sentences.isEmpty()) {
            throw new ParameterException(command.commandLine(), String.join("\nbreakwater: ", sentences));
        }
    }

    private String sentence(OutOfBounds.Wrong wrong) {
        String flag = flag(wrong.key());
        OptionSpec option = command.findOption(flag);
        String origin = option != null && command.defaultValueProvider() instanceof LayeredSettings layers
                ? layers.origin(option)
                : "";
        return wrong.words(option == null ? wrong.key() : flag) + origin;
    }

    /** {@code jobs.maxResultBytes} is {@code --jobs-max-result-bytes}. */
    private static String flag(String key) {
        return "--" + key.replaceAll("([A-Z])", "-$1").replace('.', '-').toLowerCase(Locale.ROOT);
    }
}
