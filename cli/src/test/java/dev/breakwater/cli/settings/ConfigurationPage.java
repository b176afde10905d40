package dev.breakwater.cli.settings;

import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/configuration.md}, made of the declarations. */
final class ConfigurationPage {
    private static final String INTRODUCTION = """
            # Configuration

            This page is generated from the declarations of the settings; a test holds it equal to them.

            ## How a setting is given

            A flag wins over a variable, a variable over the file, the file over the default. All that is wrong is told at once, with where it came
            from and what is allowed, and nothing starts.

            One name has three spellings. `jobs.concurrent` of the command `control` is

            - the flag `--jobs-concurrent 5`,
            - the variable `BREAKWATER_JOBS_CONCURRENT=5`,
            - and in the file that `--config` or `BREAKWATER_CONFIG` names:

            ```yaml
            logFormat: json          # at the root: for every command
            control:                 # below a command: for this one
              jobs:
                concurrent: 5        # also in one word: jobsConcurrent: 5
                environment:
                  NO_PROXY: "a.example,b.example"
              nodes:
                enabled: false       # the switch `nodes`, where other keys of nodes stand beside it
            ```

            The file is YAML 1.2 and its values are taken letter by letter: `1.10` is the text 1.10, `010` is ten where a number is wanted, `on` and `12:30`
            are texts. Only a setting that is a switch takes `on`, `off`, `yes` and `no` for true and false, as before. A key that nobody knows, a key that
            stands twice and a list or a map with an entry without a value stop the start.

            In flags and variables lists have commas, maps are `NAME=VALUE` with commas, and `\\,` is a comma within a value:
            `--jobs-environment 'NO_PROXY=a.example\\,b.example'`. Such a flag may be given several times. In the file they are lists and maps, or one text with commas.
            A switch is `--nodes`, `--no-nodes` or `--nodes=false`.

            The secret `database` is never repeated in an error. No setting is taken over while a program runs, unless it is marked "hot": a changed file or
            variable needs a restart.

            [configuration.schema.json](configuration.schema.json) is the same as a JSON schema.
            """;

    private final StringBuilder page = new StringBuilder(INTRODUCTION);

    private ConfigurationPage() {}

    /**
     * @param shared by every command
     * @param root with all commands
     */
    static String of(List<SettingGroup> shared, CommandLine root) {
        ConfigurationPage page = new ConfigurationPage();
        shared.forEach(group -> page.table("## " + group.title(), group));
        root.getSubcommands().forEach((name, command) -> {
            if (command.getCommandSpec().userObject() instanceof Configured configured) {
                page.page.append("\n## `").append(name).append("`\n");
                configured.groups().forEach(group -> page.table("### " + group.title(), group));
            }
        });
        page.page.append(
                "\n## Options of the other commands\n\nThey are flags above all, and are taken from variables and the file as well.\n\n"
                        + "| command | flag | variable | meaning |\n| --- | --- | --- | --- |\n");
        root.getSubcommands().forEach((name, command) -> {
            if (!(command.getCommandSpec().userObject() instanceof Configured)
                    && !command.getCommandSpec().usageMessage().hidden()) {
                page.options(name, command, shared);
                command.getSubcommands().forEach((inner, below) -> page.options(name + " " + inner, below, shared));
            }
        });
        return page.page.toString();
    }

    private void table(String heading, SettingGroup group) {
        page.append("\n")
                .append(heading)
                .append("\n\n| key, flag, variable | value | default | what it is |\n| --- | --- | --- | --- |\n");
        for (Setting<?> setting : group.listed()) {
            String allowed = setting.allowedWords();
            page.append("| `")
                    .append(setting.key())
                    .append("`<br>`")
                    .append(setting.flag())
                    .append("`<br>`")
                    .append(setting.variable())
                    .append("` | ")
                    .append(
                            setting.type().label().isEmpty()
                                    ? "true or false"
                                    : setting.type().label())
                    .append(setting.isSecret() ? ", secret" : "")
                    .append(setting.isHot() ? ", hot" : "")
                    .append(" | ")
                    .append(cell(setting.fallbackWords()))
                    .append(" | ")
                    .append(cell(setting.sentence()))
                    .append(".")
                    .append(allowed.isEmpty() ? "" : " Allowed: " + cell(allowed) + ".")
                    .append(" |\n");
        }
    }

    private void options(String name, CommandLine command, List<SettingGroup> shared) {
        for (OptionSpec option : command.getCommandSpec().options()) {
            boolean common = shared.stream()
                    .flatMap(group -> group.listed().stream())
                    .anyMatch(setting -> setting.flag().equals(option.longestName()));
            if (SettingNames.isSetting(option) && !common) {
                page.append("| `")
                        .append(name)
                        .append("` | `")
                        .append(option.longestName())
                        .append("` | `")
                        .append(SettingNames.variable(option))
                        .append("` | ")
                        .append(cell(String.join(" ", Arrays.asList(option.description()))))
                        .append(" |\n");
            }
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|")
                .replace("<", "&lt;")
                .replaceAll("\\s*\\n\\s*", " ")
                .replace("*", "\\*");
    }
}
