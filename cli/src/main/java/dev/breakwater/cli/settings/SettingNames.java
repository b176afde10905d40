package dev.breakwater.cli.settings;

import java.util.Locale;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The three spellings of one setting: the flag {@code --log-level}, the key {@code logLevel} of the file, the variable
 * {@code BREAKWATER_LOG_LEVEL}.
 */
final class SettingNames {
    static final String PREFIX = "BREAKWATER_";

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
            key.append(Character.toUpperCase(words[i].charAt(0))).append(words[i], 1, words[i].length());
        }
        return key.toString();
    }

    static String variable(OptionSpec option) {
        return PREFIX + option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
