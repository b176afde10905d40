package dev.breakwater.cli.verify;

import dev.breakwater.apiserver.kind.KindTable;
import dev.breakwater.apiserver.kind.ReportKind;
import dev.breakwater.cli.CommonOptions;
import dev.breakwater.cli.TellsByItself;
import dev.breakwater.storage.Finding;
import dev.breakwater.storage.KindId;
import dev.breakwater.storage.StoreExamination;
import dev.breakwater.storage.StoreSettings;
import dev.breakwater.storage.Verdict;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description = {
            "Reads a whole store and says what of it is damaged: the database's own structure, each report with its checksums and"
                    + " the hash of its content, and the tables with each other. Changes nothing, and may run beside the server."
        },
        footer = {
            "",
            "Exit code: 0 the store is whole, or is now; 3 something is damaged; 1 it could not be read; 2 wrong call.",
            "",
            "Look, beside a server that runs (in a pod: kubectl exec deploy/breakwater-apiserver -- breakwater verify --data /data):",
            "  breakwater verify --data ./reports",
            "",
            "Take out what is damaged, with the server stopped (PostgreSQL: it may run):",
            "  breakwater verify --data ./reports --set-aside",
            "",
            "What is taken out is written to a file first, a line of JSON for each report, and a database whose structure is damaged"
                    + " is kept as store.db.damaged-TIME. Clients list anew by themselves. The next scan, or whoever wrote the"
                    + " reports, brings them back."
        })
public final class VerifyCommand implements Callable<Integer>, TellsByItself {
    private static final int DAMAGED = 3;

    /** Thousands of lines come from one cause. */
    private static final int LINES = 1000;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Spec
    CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the SQLite database (default: ${DEFAULT-VALUE}).",
            defaultValue = "breakwater-data")
    Path data = Path.of("breakwater-data");

    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "PostgreSQL instead, as for serve. Give a password by BREAKWATER_DATABASE, not by flag.")
    @Nullable
    String database;

    @Option(
            names = "--set-aside",
            description =
                    "Take damaged reports out of the store, after writing them to a file, and make its tables agree.")
    boolean setAside;

    @Option(
            names = "--set-aside-file",
            paramLabel = "FILE",
            description = "Where to; must not exist (default: set-aside-TIME.jsonl in the folder of --data, or here).")
    @Nullable
    Path file;

    private final Map<Integer, String> kinds = new java.util.HashMap<>();
    private int lines;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (ReportKind kind : KindTable.load().all()) {
            kinds.put(kind.id().number(), kind.plural());
        }
        StoreExamination store = StoreExamination.of(
                database == null
                        ? new StoreSettings.Place.Folder(data)
                        : new StoreSettings.Place.Postgres(database, Map.of()));
        Verdict verdict = store.examine(finding -> say(out, finding));
        summary(out, verdict);
        if (verdict.isWhole() || !setAside) {
            if (!verdict.isWhole()) {
                out.println("Nothing was changed. --set-aside takes out what is damaged; see --help.");
            }
            out.flush();
            return verdict.isWhole() ? 0 : DAMAGED;
        }
        Path saved = file != null ? file : defaultFile();
        long taken = store.setAside(saved);
        out.println("Set aside: " + taken + " reports, written to " + saved);
        lines = 0;
        Verdict after = store.examine(finding -> say(out, finding));
        summary(out, after);
        out.flush();
        return after.isWhole() ? 0 : DAMAGED;
    }

    private Path defaultFile() {
        String name = "set-aside-"
                + DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss")
                        .withZone(ZoneOffset.UTC)
                        .format(Instant.now())
                + ".jsonl";
        return database == null && Files.isDirectory(data) ? data.resolve(name) : Path.of(name);
    }

    private void say(PrintWriter out, Finding finding) {
        lines++;
        if (lines > LINES) {
            if (lines == LINES + 1) {
                out.println("... and more");
            }
            return;
        }
        out.println(
                switch (finding) {
                    case Finding.DamagedObject object ->
                        "%s/%s (revision %d): %s"
                                .formatted(name(object.kind()), object.key(), object.revision(), object.how());
                    case Finding.Fault fault -> fault.how();
                });
    }

    private String name(KindId kind) {
        return kinds.getOrDefault(kind.number(), "kind " + kind.number());
    }

    private static void summary(PrintWriter out, Verdict verdict) {
        out.println(
                verdict.isWhole()
                        ? "Whole: %d reports, %d contents.".formatted(verdict.objects(), verdict.contents())
                        : "Damaged: %d of %d reports; %d other faults."
                                .formatted(verdict.damagedObjects(), verdict.objects(), verdict.faults()));
    }
}
