package dev.breakwater.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Feeds every parser with what nobody thought of, in a process with a small heap: Jazzer mutates the seeds towards branches that
 * were not reached yet. Some seconds over all parsers together, unless {@code breakwater.fuzz.seconds} gives each that many.
 */
@Tag("slow")
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("breakwater.fuzz.seconds", 0);
    private static final String ONLY = System.getProperty("breakwater.fuzz.only", "");
    private static final int SHORT_SECONDS = 25;

    /** What the server has in the manifests, and what the fuzzer keeps beside it in the same process. */
    private static final String SMALL_HEAP = "-Xmx256m";

    private static final int SHORT_SEED = Integer.getInteger("breakwater.fuzz.seed", 1);
    private static final int SHORT_RUNS = 15_000;

    private static final String FUZZED =
            "dev.breakwater.apiserver.**:dev.breakwater.controller.checks.**:dev.breakwater.yaml.**:org.yaml.snakeyaml.**";

    /** They look for attacks by way of files, addresses and classes, and take the server itself for one. */
    private static final String NOT_SOUGHT = Stream.of(
                    "BigDecimal",
                    "ClojureLangHooks",
                    "Deserialization",
                    "ExpressionLanguageInjection",
                    "FilePathTraversal",
                    "LdapInjection",
                    "NamingContextLookup",
                    "OsCommandInjection",
                    "ReflectiveCall",
                    "RegexInjection",
                    "RegexRoadblocks",
                    "ScriptEngineInjection",
                    "ServerSideRequestForgery",
                    "SqlInjection",
                    "TemplateInjection",
                    "UnsafeSanitizer",
                    "XPathInjection",
                    "XmlParserSsrfGuidance")
            .map(name -> "com.code_intelligence.jazzer.sanitizers." + name)
            .collect(Collectors.joining(":"));

    @TempDir
    Path folder;

    static Stream<String> parsers() {
        return SECONDS == 0
                ? Stream.of("")
                : Stream.of(Parser.values())
                        .map(Parser::name)
                        .filter(name ->
                                ONLY.isEmpty() || List.of(ONLY.split(",")).contains(name));
    }

    @ParameterizedTest
    @MethodSource("parsers")
    void nothingThatIsParsedEndsTheProcessOrIsAFaultOfTheServerOrTakesLong(String parser) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command(parser))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS + 180L, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        String said = Files.readString(output);
        Files.writeString(Path.of("target", "fuzz-" + parser + ".log"), said);
        assertThat(process.exitValue())
                .as(said.substring(Math.max(0, said.length() - 8_000)))
                .isZero();
        assertThat(said).contains("Done ").doesNotContain("== Java Exception");
        System.out.println(said.lines()
                        .filter(line -> line.startsWith("Done "))
                        .findFirst()
                        .orElseThrow() + " " + parser);
    }

    private List<String> command(String parser) throws IOException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (Parser one : Parser.values()) {
            int number = 0;
            for (byte[] seed : one.seeds()) {
                byte[] named = new byte[seed.length + 1];
                named[0] = (byte) one.ordinal();
                System.arraycopy(seed, 0, named, 1, seed.length);
                if (parser.isEmpty() || parser.equals(one.name())) {
                    Files.write(corpus.resolve(one + "-" + number++), named);
                }
            }
        }
        Path dictionary = Files.writeString(folder.resolve("words"), Parser.dictionary());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                SMALL_HEAP,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:MaxDirectMemorySize=24m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading",
                "-Djava.io.tmpdir=" + folder,
                "-Dbreakwater.fuzz.parser=" + parser,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Fuzz.class.getName(),
                "--instrumentation_includes=" + FUZZED,
                "--custom_hook_includes=" + FUZZED,
                "--disabled_hooks=" + NOT_SOUGHT,
                "--keep_going=" + (SECONDS == 0 ? 1 : 30),
                "-dict=" + dictionary,
                "-max_len=20000",
                "-rss_limit_mb=0",
                "-timeout=60",
                "-print_final_stats=1",
                "-max_total_time=" + (SECONDS == 0 ? SHORT_SECONDS : SECONDS)));
        if (SECONDS == 0) {
            // The same inputs for everybody: what is searched for anew, by the command, must not fail somebody else's
            // change.
            command.addAll(List.of("-seed=" + SHORT_SEED, "-runs=" + SHORT_RUNS));
        }
        String corpusKept = System.getProperty("breakwater.fuzz.corpus", "");
        if (!corpusKept.isEmpty()) {
            command.add(Files.createDirectories(Path.of(corpusKept, parser.isEmpty() ? "ALL" : parser))
                    .toString());
        }
        command.add(corpus.toString());
        return command;
    }
}
