package dev.breakwater.bench.drill;

import dev.breakwater.bench.drill.Inspection.Breakage;
import dev.breakwater.bench.drill.Inspection.Skipped;
import dev.breakwater.bench.side.ServerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Runs what breaks around the server: each has a server, a folder and an end of its own. */
record Breakages(ServerProgram program, Path folder, Consumer<String> progress) {
    /** What was found. {@code skipped} is empty where it could be tried. */
    record Found(Breakage breakage, List<String> problems, List<String> notes, String skipped) {
        boolean holds() {
            return problems.isEmpty();
        }
    }

    static List<Breakage> all() {
        return Stream.of(StoreBreakages.all(), PostgresBreakages.all(), ProgramBreakages.all(), ClusterBreakages.all())
                .flatMap(List::stream)
                .toList();
    }

    List<Found> run(List<Breakage> breakages) throws IOException, InterruptedException {
        List<Found> all = new ArrayList<>();
        for (Breakage one : breakages) {
            progress.accept("%s: %s".formatted(one.name(), one.what()));
            Inspection seen = Inspection.in(program, Files.createDirectory(folder.resolve(one.name())));
            String skipped = "";
            try {
                one.act().run(seen);
            } catch (Skipped e) {
                skipped = String.valueOf(e.getMessage());
            } catch (IOException | RuntimeException e) {
                seen.problems().add(String.valueOf(e.getMessage()));
            }
            Found found = new Found(one, List.copyOf(seen.problems()), List.copyOf(seen.notes()), skipped);
            progress.accept(
                    !skipped.isEmpty()
                            ? "  skipped: " + skipped
                            : found.holds() ? "  holds" : "  DOES NOT HOLD: " + String.join("; ", found.problems()));
            all.add(found);
        }
        return all;
    }

    static String markdown(List<Found> all) {
        StringBuilder text = new StringBuilder(
                "\n| row | breakage | holds | what is wrong | what is right |\n| --- | --- | --- | --- | --- |\n");
        for (Found found : all) {
            text.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(
                            found.breakage().row(),
                            found.breakage().name(),
                            !found.skipped().isEmpty() ? "skipped: " + found.skipped() : found.holds() ? "yes" : "no",
                            String.join("; ", found.problems()).replace("|", "/"),
                            String.join("; ", found.notes()).replace("|", "/")));
        }
        return text.toString();
    }
}
