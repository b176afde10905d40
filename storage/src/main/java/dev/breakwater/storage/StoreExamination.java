package dev.breakwater.storage;

import dev.breakwater.storage.postgres.PostgresExamination;
import dev.breakwater.storage.sqlite.SqliteExamination;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Looks over a store that may be damaged, and takes out of it what is. */
public interface StoreExamination {
    /**
     * Reads everything and compares: the database's own structure, each head and content with its checksums and hash, and the tables with
     * each other. Changes nothing, and may run beside the server.
     *
     * @param found hears of each finding, as it is found
     * @throws StoreOpenException when there is no store, or it may not be read
     * @throws StoreUnavailableException when the database does not answer
     */
    Verdict examine(Consumer<Finding> found);

    /**
     * Writes what is damaged to a file as far as it can be read, takes it out of the store, and makes the tables agree. Watches and lists
     * that began before end with 410 and begin anew, without what was taken out.
     *
     * @param saved is made; a line of JSON for each object
     * @return the objects that were taken out
     * @throws StoreOpenException when the store is in use (SQLite), or cannot be used
     */
    long setAside(Path saved);

    static StoreExamination of(StoreSettings.Place place) {
        return switch (place) {
            case StoreSettings.Place.Folder folder -> new SqliteExamination(folder.directory());
            case StoreSettings.Place.Postgres postgres -> new PostgresExamination(postgres);
        };
    }
}
