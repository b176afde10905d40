package dev.breakwater.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.cli.Breakwater;
import dev.breakwater.cli.control.ControlCommand;
import dev.breakwater.cli.logging.LoggingSettings;
import dev.breakwater.cli.serve.ServeCommand;
import dev.breakwater.controller.ControllerSettings;
import dev.breakwater.controller.audit.AuditSettings;
import dev.breakwater.controller.bundle.BundleSettings;
import dev.breakwater.controller.compliance.ComplianceSettings;
import dev.breakwater.controller.coverage.RetrySettings;
import dev.breakwater.controller.nodes.CollectorSettings;
import dev.breakwater.controller.registry.RegistrySettings;
import dev.breakwater.controller.scan.JobSettings;
import dev.breakwater.controller.scan.ScannerSettings;
import dev.breakwater.settings.Setting;
import dev.breakwater.settings.SettingGroup;
import dev.breakwater.settings.SettingValues;
import dev.breakwater.settings.Written;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/** Every setting: what a flag, a variable and the file say is the same, and reaches the program. */
class SettingMappingTest {
    /** Whose values depend on others, so that a program is asked for them another way; or which the command itself uses. */
    private static final Set<String> ASKED_ELSEWHERE = Set.of("control.kubeconfig");

    private static final Map<SettingGroup, Function<SettingValues, Object>> PROGRAMS = Map.ofEntries(
            Map.entry(ControllerSettings.SETTINGS, ControllerSettings::new),
            Map.entry(ScannerSettings.SETTINGS, ScannerSettings::new),
            Map.entry(JobSettings.SETTINGS, JobSettings::new),
            Map.entry(RegistrySettings.SETTINGS, RegistrySettings::new),
            Map.entry(RetrySettings.SETTINGS, RetrySettings::new),
            Map.entry(AuditSettings.SETTINGS, AuditSettings::new),
            Map.entry(BundleSettings.SETTINGS, BundleSettings::new),
            Map.entry(CollectorSettings.SETTINGS, CollectorSettings::new),
            Map.entry(ComplianceSettings.SETTINGS, ComplianceSettings::new),
            Map.entry(LoggingSettings.SETTINGS, LoggingSettings::new));

    @TempDir
    Path folder;

    /** Keeps what it is given. */
    @Command(name = "program")
    static final class Program implements Configured {
        private final List<SettingGroup> groups;
        private SettingValues values = SettingValues.DEFAULTS;

        Program(List<SettingGroup> groups) {
            this.groups = groups;
        }

        @Override
        public List<SettingGroup> groups() {
            return groups;
        }

        @Override
        public void configure(SettingValues given) {
            values = given;
        }
    }

    static Stream<Arguments> settings() {
        List<Arguments> all = new ArrayList<>();
        for (Configured command : List.of(new ServeCommand(), new ControlCommand())) {
            String name = command instanceof ServeCommand ? "serve" : "control";
            for (SettingGroup group : command.groups()) {
                group.listed().forEach(setting -> all.add(Arguments.of(name + "." + setting, setting, group)));
            }
        }
        LoggingSettings.SETTINGS
                .listed()
                .forEach(setting -> all.add(Arguments.of(setting.key(), setting, LoggingSettings.SETTINGS)));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void flagVariableAndFileSayTheSameAndItReachesTheProgram(String name, Setting<?> setting, SettingGroup group)
            throws Exception {
        String sample = SettingSamples.of(setting);
        Object byFlag = read(group, setting, Map.of(), setting.flag() + "=" + sample);
        assertThat(byFlag).as("by flag").isNotEqualTo(setting.fallback());
        assertThat(read(group, setting, Map.of(setting.variable(), sample)))
                .as("by variable")
                .isEqualTo(byFlag);
        for (String yaml : List.of(nested(setting), inOneWord(setting))) {
            Path file = Files.writeString(folder.resolve("breakwater.yaml"), yaml);
            assertThat(read(group, setting, Map.of(), "--config=" + file))
                    .as(yaml)
                    .isEqualTo(byFlag);
        }
        if (PROGRAMS.containsKey(group) && !ASKED_ELSEWHERE.contains(name)) {
            SettingValues values = with(SettingValues.DEFAULTS, setting, byFlag);
            Function<SettingValues, Object> program = PROGRAMS.get(group);
            Map<String, Object> stable = told(program.apply(SettingValues.DEFAULTS));
            Map<String, Object> again = told(program.apply(SettingValues.DEFAULTS));
            stable.entrySet().removeIf(entry -> !entry.getValue().equals(again.get(entry.getKey())));
            Map<String, Object> now = told(program.apply(values));
            assertThat(stable.entrySet())
                    .as("what the program asks for")
                    .anyMatch(entry -> !entry.getValue().equals(now.get(entry.getKey())));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void theDefaultIsAllowedAndIsWhatTheHelpSays(String name, Setting<?> setting, SettingGroup group) {
        allowsItsDefault(setting);
        String help = SettingFlags.description(setting);
        assertThat(help).contains("(default: " + setting.fallbackWords() + ").");
        CommandLine command = Objects.requireNonNull(
                Breakwater.commandLine().getSubcommands().get(name.startsWith("serve") ? "serve" : "control"));
        command.setUsageHelpWidth(2000);
        assertThat(command.getUsageMessage(Ansi.OFF).replace("\n", " "))
                .as("the help has it")
                .contains(setting.sentence())
                .contains("(default: " + setting.fallbackWords() + ").");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void whatAFlagShowsIsReadAsTheSame(String name, Setting<?> setting, SettingGroup group) {
        comesBack(setting, SettingSamples.of(setting));
    }

    @Test
    void noNameMeansTwoThings() {
        Set<String> flags = new HashSet<>();
        for (SettingGroup group : ControllerSettings.GROUPS) {
            for (Setting<?> setting : group.all()) {
                assertThat(flags.add(setting.flag())).as(setting.flag()).isTrue();
            }
        }
    }

    private static <T> void allowsItsDefault(Setting<T> setting) {
        assertThat(setting.allowed().refusals().of(setting.fallback())).isEmpty();
    }

    private static <T> void comesBack(Setting<T> setting, String sample) {
        T value = setting.type().read().apply(new Written.Text(sample));
        String shown = setting.type().show().apply(value);
        assertThat(setting.type().read().apply(new Written.Text(shown))).isEqualTo(value);
    }

    private static String nested(Setting<?> setting) {
        String[] path = setting.key().split("\\.");
        StringBuilder yaml = new StringBuilder("program:\n");
        for (int i = 0; i < path.length; i++) {
            yaml.append("  ".repeat(i + 1)).append(path[i]).append(":").append(i < path.length - 1 ? "\n" : "");
        }
        return yaml.append(SettingSamples.yaml(setting).replace("\n    ", "\n          "))
                .toString();
    }

    private static String inOneWord(Setting<?> setting) {
        String[] path = setting.key().split("\\.");
        StringBuilder key = new StringBuilder(path[0]);
        for (int i = 1; i < path.length; i++) {
            key.append(SettingNames.capitalised(path[i]));
        }
        return "program:\n  " + key + ":" + SettingSamples.yaml(setting);
    }

    private static Object read(SettingGroup group, Setting<?> setting, Map<String, String> environment, String... flags)
            throws IOException {
        Program program = new Program(List.of(group));
        CommandLine root = new CommandLine(new Root()).addSubcommand("program", program);
        List<String> arguments =
                Stream.concat(Stream.of("program"), Stream.of(flags)).toList();
        CommandLine command = Objects.requireNonNull(root.getSubcommands().get("program"));
        command.addMixin("config", new ConfigFlag());
        LayeredSettings layers = LayeredSettings.install(root, List.of(), arguments, environment);
        root.parseArgs(arguments.toArray(String[]::new));
        layers.configure(command);
        return program.values.get(setting);
    }

    @Command(name = "breakwater")
    static final class Root {}

    static final class ConfigFlag {
        @CommandLine.Option(names = "--config")
        @Nullable
        String config;
    }

    // A value that was read for the setting has its type.
    @SuppressWarnings("unchecked")
    private static <T> SettingValues with(SettingValues values, Setting<T> setting, Object value) {
        return values.with(setting, (T) value);
    }

    /** What the program's own methods say. */
    private static Map<String, Object> told(Object program) throws ReflectiveOperationException {
        Map<String, Object> told = new TreeMap<>();
        for (Method method : program.getClass().getMethods()) {
            if (method.getParameterCount() == 0
                    && method.getDeclaringClass() == program.getClass()
                    && !Modifier.isStatic(method.getModifiers())
                    && !Set.of("values", "hashCode", "toString").contains(method.getName())) {
                told.put(method.getName(), method.invoke(program));
            }
        }
        return told;
    }
}
