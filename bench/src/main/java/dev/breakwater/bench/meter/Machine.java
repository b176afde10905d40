package dev.breakwater.bench.meter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a figure depends on: without it a table says nothing. */
public final class Machine {
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern SYSTEM = Pattern.compile("PRETTY_NAME=\"([^\"]+)\"");
    private static final Pattern MODEL = Pattern.compile("model name\\s*: (.+)");

    private Machine() {}

    /**
     * Facts in the order in which they are read.
     *
     * @param root folder of the project, for its commit
     * @param kubernetes version of the control plane
     */
    public static Map<String, String> facts(Path root, String kubernetes, Clock clock) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", LocalDate.now(clock).toString());
        facts.put("commit", commit(root));
        facts.put("cores", Runtime.getRuntime().availableProcessors() + ", " + first(MODEL, "/proc/cpuinfo"));
        facts.put("memory", "%d GiB".formatted(Long.parseLong(first(TOTAL, "/proc/meminfo")) / 1024 / 1024));
        facts.put("system", first(SYSTEM, "/etc/os-release") + ", Linux " + System.getProperty("os.version"));
        facts.put("Java", System.getProperty("java.vendor.version") + " (" + Runtime.version() + ")");
        facts.put("Kubernetes", kubernetes);
        return facts;
    }

    private static String first(Pattern pattern, String file) {
        try {
            Matcher found = pattern.matcher(Files.readString(Path.of(file)));
            return found.find() ? found.group(1).strip() : "0";
        } catch (IOException e) {
            return "0";
        }
    }

    private static String commit(Path root) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String name = git.inputReader().readLine();
            return name == null ? "not in a repository" : name;
        } catch (IOException e) {
            return "not known: no git";
        }
    }
}
