package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The spellings of an option: the flag {@code --log-level}, the key {@code logLevel} of the file, the variable
 * {@code BREAKWATER_LOG_LEVEL}. What a declaration calls {@code jobs.concurrent} is {@code jobsConcurrent} here, in however many maps the file has it.
 */
final class SettingNames {
    private SettingNames() {}

    /** Whether an option can come from the file or the environment; help and the file's own name cannot. */
    static boolean isSetting(OptionSpec option) {
        return !option.usageHelp()
                && !option.versionHelp()
                && option.longestName().startsWith("--")
                && !option.longestName().equals("--config");
    }

    static String key(OptionSpec option) {
        String[] words = option.longestName().substring(2).split("-", -1);
        StringBuilder key = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            key.append(capitalised(words[i]));
        }
        return key.toString();
    }

    static String variable(OptionSpec option) {
        return Setting.PREFIX
                + option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }

    static String capitalised(String word) {
        return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
