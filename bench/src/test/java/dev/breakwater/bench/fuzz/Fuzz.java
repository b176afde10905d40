package dev.breakwater.bench.fuzz;

import com.sun.management.OperatingSystemMXBean;
import dev.breakwater.apiserver.standalone.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;

/**
 * What Jazzer calls: the first byte names the parser, unless {@code breakwater.fuzz.parser} does; the rest is fed to it.
 *
 * <p>Threading: one thread; static because Jazzer knows nothing else.
 */
public final class Fuzz {
    /** Of this whole process, of which a request of at most some ten thousand bytes can need little. */
    private static final double MOST_CPU_SECONDS = 1;

    private static final int TRIES = 3;
    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static Parser.Fed fed;

    private Fuzz() {}

    /** Called once by Jazzer. */
    public static void fuzzerInitialize() {
        try {
            Path folder = Files.createTempDirectory("breakwater-fuzz");
            Path users = Files.createDirectory(folder.resolve("users"));
            fed = new Parser.Fed(FuzzedServer.start(folder), users, Authority.in(users, Clock.systemUTC()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called by Jazzer with each input. Whatever it throws is a finding. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        String only = System.getProperty("breakwater.fuzz.parser", "");
        Parser[] all = Parser.values();
        Parser parser = only.isEmpty() ? all[(input[0] & 0xff) % all.length] : Parser.valueOf(only);
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        double least = Double.MAX_VALUE;
        // A compiler or a collector at work in between costs CPU too, but not each time.
        for (int i = 0; i < TRIES && least > MOST_CPU_SECONDS; i++) {
            long before = PROCESS.getProcessCpuTime();
            try {
                parser.feed(fed, rest);
            } catch (AssertionError | RuntimeException | StackOverflowError e) {
                throw new AssertionError(parser + ": " + e, e);
            }
            least = Math.min(least, (PROCESS.getProcessCpuTime() - before) / 1e9);
        }
        if (least > MOST_CPU_SECONDS) {
            throw new AssertionError("%s: %.1f s of CPU for %d bytes".formatted(parser, least, rest.length));
        }
    }
}
