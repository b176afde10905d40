package dev.breakwater.controller.checks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The check files that come with the program, one per family. */
public final class BuiltInChecks {
    static final List<String> FILES = List.of(
            "containers.yaml",
            "pods.yaml",
            "volumes.yaml",
            "images.yaml",
            "rbac.yaml",
            "bindings.yaml",
            "services-and-policies.yaml",
            "config-maps.yaml",
            "api-versions.yaml",
            "control-plane.yaml",
            "nodes.yaml");

    private BuiltInChecks() {}

    /**
     * A check of the original that is deliberately not run.
     *
     * @param because the reason, one sentence
     */
    public record NotRun(String id, String title, String because) {}

    /** The checks of every file, in the files' order. */
    static List<CheckSource> sources() throws InvalidCheck {
        List<CheckSource> sources = new ArrayList<>();
        for (String file : FILES) {
            sources.addAll(CheckFile.parse(file, read(file), true));
        }
        return sources;
    }

    /** The named corrections of the original's verdicts and the reason of each, one sentence. */
    public static Map<String, String> deviations() throws InvalidCheck {
        Map<String, String> reasons = new LinkedHashMap<>();
        Trees.copy((Map<?, ?>) CheckFile.load("deviations.yaml", read("deviations.yaml")))
                .forEach((name, reason) -> reasons.put(name, reason.toString().strip()));
        return reasons;
    }

    static Collection<String> deviationNames() throws InvalidCheck {
        return deviations().keySet();
    }

    /** The original's checks that have no counterpart here. */
    public static List<NotRun> notRun() throws InvalidCheck {
        List<NotRun> entries = new ArrayList<>();
        for (Object entry : (List<?>) CheckFile.load("not-run.yaml", read("not-run.yaml"))) {
            Map<String, Object> fields = Trees.map(entry);
            entries.add(new NotRun(
                    String.valueOf(fields.get("id")),
                    String.valueOf(fields.get("title")),
                    String.valueOf(fields.get("because"))));
        }
        return entries;
    }

    private static String read(String file) {
        try (InputStream in = BuiltInChecks.class.getResourceAsStream("/checks/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the program was packed without its check file " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
